{#
The columns every reported row carries: which submission brought it, from whom, when, and for which citizen.

of_raw  the row is one of raw: what history is built on is put in its place where it is missing (check resource.row.untyped)
#}
{% macro envelope(alias, of_raw=true) -%}
    {%- set instead = (
        {
            "last_updated_at": "coalesce(%s.last_updated_at, %s.bundle_timestamp_at, %s.received_at) as last_updated_at",
            "has_last_updated": "if(%s.last_updated_at is null, null, %s.has_last_updated) as has_last_updated",
            "content_hash": "coalesce(%s.content_hash, concat_ws('-', 'without-hash', %s.submission_id, %s.entry_index)) as content_hash",
        }
        if of_raw
        else {}
    ) %}
    {%- for column in [
        "submission_id",
        "received_on",
        "received_at",
        "receipt_sequence",
        "sender_id",
        "municipality_code",
        "citizen_key",
        "bundle_id",
        "entry_index",
        "patient_id",
        "last_updated_at",
        "has_last_updated",
        "content_hash",
    ] %}
        {% if column in instead -%} {{ instead[column] | replace("%s", alias) }}
        {%- else -%} {{ alias }}.{{ column }}
        {%- endif -%}
        {{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# The sender's id of the resource of a raw row; one of our own where it is missing, so that the row is kept. #}
{% macro own_id(alias) -%}
    coalesce({{ alias }}.resource_id, concat_ws('-', 'without-id', {{ alias }}.submission_id, {{ alias }}.entry_index))
{%- endmacro %}
