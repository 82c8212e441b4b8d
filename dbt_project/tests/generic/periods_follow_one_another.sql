{# One failing row is a period that does not end where the next one begins, or a last one that has an end. #}
{% test periods_follow_one_another(model, identity) %}
    select 1 as failure
    from {{ model }}
    qualify
        valid_to_on
        is distinct from lead(valid_from_on) over (partition by {{ identity | join(", ") }} order by valid_from_on)
        or valid_to_on <= valid_from_on
{% endtest %}
