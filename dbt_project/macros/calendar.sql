{# The first and the last day of the calendar, from the project's variables: a unit test takes a shorter one. #}
{% macro calendar_from() -%} date '{{ var("calendar_from") }}' {%- endmacro %}
{% macro calendar_to() -%} date '{{ var("calendar_to") }}' {%- endmacro %}
