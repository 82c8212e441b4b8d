{# One failing row is a resource with more than one current version. identity: the columns that identify it. #}
{% test one_current_version(model, identity) %}
    select 1 as failure from {{ model }} where is_current group by {{ identity | join(", ") }} having count(*) > 1
{% endtest %}
