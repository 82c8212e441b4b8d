{# Today's day in Denmark. A unit test puts another day in its place. #}
{% macro copenhagen_today() -%} cast(now() at time zone 'Europe/Copenhagen' as date) {%- endmacro %}
