-- One row per cell of A14: active goals that aim at a lower level than the condition had when they began.
{{ config(materialized="view") }}
with
    goal as (
        select
            period.*,
            goal.* exclude (snapshot_key),
            -- The level that held when the goal began; where none was told yet, the first one.
            coalesce(
                arg_max(level.severity_level, level.assessed_on) filter (level.assessed_on <= goal.start_on),
                arg_min(level.severity_level, level.assessed_on)
            ) as level_at_start
        from {{ ref("int_indicator__period") }} as period
        inner join
            {{ ref("int_indicator__goal") }} as goal
            on goal.snapshot_key = period.snapshot_key
            and {{ touches("goal.start_on", "goal.active_to_on", "period.period_end_on", "period.period_end_on") }}
        inner join
            {{ ref("int_indicator__level") }} as level
            on level.snapshot_key = goal.snapshot_key
            and level.municipality_code = goal.municipality_code
            and level.condition_id = goal.condition_id
            and not level.is_confirmation
        where period.period_kind_code = 'quarter'
        group by all
    )

select
    {{
        cell(
            "'A14'",
            "count(*) filter (counted.target_level < counted.level_at_start)",
            "count(*)",
            age=age_from("counted.birth_on", "counted.period_end_on"),
            sex="counted.sex_code",
            citizens="count(distinct counted.citizen_key)",
        )
    }}
from goal as counted
group by all
