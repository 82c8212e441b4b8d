{# One failing row is a value of the identity (null apart) whose rows differ in one of the columns. #}
{% test one_value_per(model, identity, columns) %}
    select 1 as failure
    from {{ model }}
    where concat({{ identity | join(", ") }}) != ''
    group by {{ identity | join(", ") }}
    having {% for column in columns %} count(distinct {{ column }}) > 1 {{ "or" if not loop.last }} {% endfor %}
{% endtest %}
