{# One UTC timestamp as the calendar day in Denmark: a report at 23:30 UTC belongs to the next Danish day. #}
{% macro copenhagen_date(column) -%}
    cast({{ column }} at time zone 'UTC' at time zone 'Europe/Copenhagen' as date)
{%- endmacro %}
