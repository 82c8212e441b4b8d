-- One row per cell of A09: the self-care levels first told around the start of home care, summed.
{{ config(materialized="view") }}
with
    first as (
        select
            period.*,
            began.municipality_code,
            began.citizen_key,
            began.age_from,
            began.sex_code,
            condition.condition_id,
            arg_min(level.severity_level, level.assessed_on) as severity_level
        from {{ ref("int_indicator__period") }} as period
        inner join
            {{ ref("int_indicator__start") }} as began
            on began.snapshot_key = period.snapshot_key
            and began.started_on between period.period_start_on and period.period_end_on
            and began.age >= 65
        inner join
            {{ ref("int_indicator__condition") }} as condition
            on condition.snapshot_key = period.snapshot_key
            and condition.citizen_key = began.citizen_key
            and condition.area_code = 'J1'
        inner join
            {{ ref("int_indicator__level") }} as level
            on level.snapshot_key = period.snapshot_key
            and level.municipality_code = condition.municipality_code
            and level.condition_id = condition.condition_id
            and not level.is_confirmation
            and level.assessed_on between began.started_on - 14 and began.started_on + 14
        where period.period_kind_code = 'quarter'
        group by all
    )

select
    {{
        cell(
            "'A09'",
            "sum(counted.severity_level)",
            "count(*)",
            age="counted.age_from",
            sex="counted.sex_code",
            squares="sum(counted.severity_level * counted.severity_level)",
            citizens="count(distinct counted.citizen_key)",
        )
    }}
from first as counted
group by all
