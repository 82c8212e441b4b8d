{# One schema name per stage, used as it stands: the warehouse has the same names on every machine. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
