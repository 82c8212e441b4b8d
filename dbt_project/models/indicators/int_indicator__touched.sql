-- One row per month and cut-off whose values this build makes: a month's first, or one at which something was known of
-- the month's time that was not known at the cut-off before.
{%- set tables = [
    "int_citizen__versions",
    "int_condition__versions",
    "int_planned_intervention__versions",
    "int_completed_intervention__versions",
    "int_goal__versions",
    "int_encounter__versions",
    "int_follow_up__versions",
] %}
with
    told as (
        {%- for table in tables %}
            select known_from_at, valid_from_at, valid_to_at, received_at, is_entered_in_error
            from {{ ref(table) }} {{ "union all" if not loop.last }}
        {%- endfor %}
    )

select snapshot.*
from {{ ref("int_indicator__snapshot") }} as snapshot
where
    snapshot.known_before_at is null
    or exists (
        select 1
        from told
        where
            told.known_from_at >= snapshot.known_before_at
            and told.known_from_at < snapshot.known_at
            and told.valid_from_at < snapshot.valid_at
            and (
                told.is_entered_in_error
                or told.valid_to_at < snapshot.valid_at
                or told.received_at >= snapshot.known_before_at
            )
    )
