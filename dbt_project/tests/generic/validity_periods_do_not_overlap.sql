{# One failing row is a version that ends before it starts, or that holds beyond the start of the next one. #}
{% test validity_periods_do_not_overlap(model, identity) %}
    with
        versions as (
            select
                valid_from_at,
                valid_to_at,
                lead(valid_from_at) over (
                    partition by {{ identity | join(", ") }} order by version_number
                ) as next_valid_from_at
            from {{ model }}
        )

    select 1 as failure
    from versions
    where valid_to_at < valid_from_at or coalesce(valid_to_at, timestamp 'infinity') > next_valid_from_at
{% endtest %}
