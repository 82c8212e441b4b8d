{# One failing row is a row in which one of the columns is null. One test for many columns: each test costs time. #}
{% test never_null(model, columns) %}
    select 1 as failure from {{ model }} where {{ columns | join(" is null or ") }} is null
{% endtest %}
