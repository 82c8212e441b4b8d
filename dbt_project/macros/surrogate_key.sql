{# One key of 32 hex digits from a label (what the key is of) and the columns that identify the row. #}
{% macro surrogate_key(label, columns) -%}
    md5(concat_ws('|', '{{ label }}', {{ columns | join(", ") }}))
{%- endmacro %}
