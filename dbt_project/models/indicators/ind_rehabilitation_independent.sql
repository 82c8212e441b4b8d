-- One row per cell of A08: courses of rehabilitation (§83a-forløb) that ended in the quarter, and those without home
{{ config(materialized="view") }}
-- care on day 91.
with
    plan as (select * from {{ ref("int_indicator__plan") }} where coalesce(active_to_on >= granted_on, true)),

    ended as (
        select distinct
            period.*,
            plan.municipality_code,
            plan.citizen_key,
            plan.birth_on,
            plan.sex_code,
            plan.died_on,
            plan.ended_on
        from {{ ref("int_indicator__period") }} as period
        inner join
            plan
            on plan.snapshot_key = period.snapshot_key
            and plan.is_rehabilitation
            and plan.ended_on between period.period_start_on and period.period_end_on
            and coalesce(plan.ended_on < plan.died_on, true)
        where period.period_kind_code = 'quarter_before'
    ),

    judged as (
        select
            ended.*,
            coalesce(
                bool_or(
                    other.is_rehabilitation
                    and
                    {{ touches("other.granted_on", "other.active_to_on", "ended.ended_on + 1", "ended.ended_on + 1") }}
                ),
                false
            ) as goes_on,
            coalesce(
                bool_or(
                    other.is_care
                    and {{
                        touches(
                            "other.granted_on", "other.active_to_on", "ended.ended_on + 91", "ended.ended_on + 91"
                        )
                    }}
                ),
                false
            ) as has_care,
            coalesce(
                bool_or(
                    other.code_group_code = 'TEMPORARY_STAY'
                    and {{
                        touches(
                            "other.granted_on", "other.active_to_on", "ended.ended_on + 91", "ended.ended_on + 91"
                        )
                    }}
                ),
                false
            ) as is_away
        from ended
        left join plan as other on other.snapshot_key = ended.snapshot_key and other.citizen_key = ended.citizen_key
        group by all
    )

select
    {{
        cell(
            "'A08'",
            "count(*) filter (not counted.has_care)",
            "count(*)",
            age=age_from("counted.birth_on", "counted.ended_on"),
            sex="counted.sex_code",
            citizens="count(distinct counted.citizen_key)",
        )
    }}
from judged as counted
where not counted.goes_on and not counted.is_away and coalesce(counted.died_on > counted.ended_on + 91, true)
group by all
