{# One failing row is a table with another number of rows than stated. #}
{% test row_count_is(model, rows) %} select 1 as failure from {{ model }} having count(*) != {{ rows }} {% endtest %}
