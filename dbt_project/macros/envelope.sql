{# The columns every reported row carries: which submission brought it, from whom, when, and for which citizen. #}
{% macro envelope(alias) -%}
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
        {{ alias }}.{{ column }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}
