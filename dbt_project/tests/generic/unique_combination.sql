{# One failing row is a combination of the columns that occurs more than once. #}
{% test unique_combination(model, columns) %}
    select 1 as failure from {{ model }} group by {{ columns | join(", ") }} having count(*) > 1
{% endtest %}
