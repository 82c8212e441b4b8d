{#
The columns with which every fact ends: version, valid time, known time, what became of it, where it came from.
version  alias of int_<noun>__versions
citizen  alias of dim_citizen
#}
{% macro version_columns(version="version", citizen="citizen") -%}
    {{ version }}.version_number,
    {{ version }}.valid_from_at,
    {{ version }}.valid_to_at,
    {{ version }}.known_from_at,
    {{ version }}.known_to_at,
    {{ version }}.is_current,
    {{ version }}.is_entered_in_error,
    {{ version }}.withdrawn_at,
    {{ version }}.withdrawn_by_submission_id,
    coalesce({{ citizen }}.is_reported_by_mistake, false) as is_citizen_reported_by_mistake,
    {{ version }}.submission_id,
    {{ version }}.received_at
{%- endmacro %}

{# The key of a version: from the municipality, the sender's id, and the report that brought it first. #}
{% macro version_key(label, id_column) -%}
    {{
        surrogate_key(
            label,
            [
                "version.municipality_code",
                "version." ~ id_column,
                "version.submission_id",
                "version.bundle_id",
                "version.entry_index",
            ],
        )
    }}
{%- endmacro %}

{#
Any fact or bridge as it held at one moment, as it was known at another (both SQL timestamps in UTC; null: now).

    select * from {{ as_of(ref("fct_condition"), valid_at="timestamp '2026-03-03 12:00'", known_at="timestamp '2026-03-04'") }}

Without valid_at: every version then known, each once. Withdrawn versions never hold.
#}
{% macro as_of(relation, valid_at=none, known_at=none) -%}
    (
        select *
        from {{ relation }}
        where
            {% if known_at is none -%} known_to_at is null
            {%- else -%} known_from_at <= {{ known_at }} and coalesce(known_to_at > {{ known_at }}, true)
            {%- endif %}
            {% if valid_at is not none -%}
                and not is_entered_in_error
                and valid_from_at <= {{ valid_at }}
                and coalesce(valid_to_at > {{ valid_at }}, true)
            {%- endif %}
    )
{%- endmacro %}
