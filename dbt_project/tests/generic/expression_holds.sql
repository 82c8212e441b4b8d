{# One failing row is a row for which the expression is false or null. #}
{% test expression_holds(model, expression, column_name=none) %}
    select 1 as failure from {{ model }} where ({{ expression }}) is not true
{% endtest %}
