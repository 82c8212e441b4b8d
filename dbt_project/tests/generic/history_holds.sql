{#
One failing row breaks what history promises of a resource. identity: the columns that identify it.

By what is known now: at most one current version; a version ends no earlier than it begins and no later than the next one
begins; a withdrawn version says when and by what. At any moment known: a version is believed to be one thing only.
#}
{% test history_holds(model, identity) %}
    {%- set resource = identity | join(", ") %}
    with
        now_known as (
            select
                *,
                lead(valid_from_at) over history as next_valid_from_at,
                lag(version_number) over history as number_before
            from {{ model }}
            where known_to_at is null
            window history as (partition by {{ resource }} order by version_number)
        ),

        beliefs as (
            select *, lead(known_from_at) over belief as next_known_from_at
            from {{ model }}
            window belief as (partition by {{ resource }}, submission_id, bundle_id, entry_index order by known_from_at)
        )

    select 1 as failure
    from now_known
    where is_current
    group by {{ resource }}
    having count(*) > 1
    union all
    select 1
    from now_known
    where
        valid_to_at < valid_from_at
        or coalesce(valid_to_at, timestamp 'infinity') > next_valid_from_at
        or version_number != coalesce(number_before, 0) + 1
        or is_current != (valid_to_at is null)
        or is_entered_in_error != (withdrawn_at is not null)
        or is_entered_in_error != (withdrawn_by_submission_id is not null)
        or is_newest != (next_valid_from_at is null)
    union all
    select 1
    from beliefs
    where
        known_to_at <= known_from_at
        or coalesce(known_to_at, timestamp 'infinity') > next_known_from_at
        or (is_current and known_to_at is not null)
{% endtest %}
