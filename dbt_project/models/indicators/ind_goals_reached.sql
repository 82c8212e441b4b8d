-- One row per cell of A15: goals whose condition was closed or assessed again in the quarter, and those then reached.
{{ config(materialized="view") }}
with
    goal as (
        select
            period.*,
            goal.* exclude (snapshot_key),
            condition.closed_on,
            arg_max(level.severity_level, level.assessed_on) filter (
                level.assessed_on <= period.period_end_on
            ) as last_level,
            coalesce(
                bool_or(
                    level.assessed_on > goal.start_on
                    and level.assessed_on between period.period_start_on and period.period_end_on
                ),
                false
            ) as is_assessed
        from {{ ref("int_indicator__period") }} as period
        inner join
            {{ ref("int_indicator__goal") }} as goal
            on goal.snapshot_key = period.snapshot_key
            and {{ touches("goal.start_on", "goal.active_to_on", "period.period_start_on", "period.period_end_on") }}
        inner join
            {{ ref("int_indicator__condition") }} as condition
            on condition.snapshot_key = goal.snapshot_key
            and condition.municipality_code = goal.municipality_code
            and condition.condition_id = goal.condition_id
        inner join
            {{ ref("int_indicator__level") }} as level
            on level.snapshot_key = goal.snapshot_key
            and level.municipality_code = goal.municipality_code
            and level.condition_id = goal.condition_id
        where period.period_kind_code = 'quarter'
        group by all
    )

select
    {{
        cell(
            "'A15'",
            "count(*) filter (counted.last_level <= counted.target_level)",
            "count(*)",
            age=age_from("counted.birth_on", "counted.period_end_on"),
            sex="counted.sex_code",
            citizens="count(distinct counted.citizen_key)",
        )
    }}
from goal as counted
where
    counted.last_level is not null
    and (
        counted.is_assessed
        or coalesce(counted.closed_on between counted.period_start_on and counted.period_end_on, false)
    )
group by all
