-- One row per cell of A18: nursing conditions on the last day of the quarter, of those with nursing in its last month.
{{ config(materialized="view") }}
with
    person as (
        select
            period.*,
            recipient.municipality_code,
            recipient.age_from,
            recipient.sex_code,
            recipient.citizen_key,
            count(condition.condition_id) as condition_count
        from {{ ref("int_indicator__period") }} as period
        inner join
            {{ ref("int_indicator__recipient") }} as recipient
            on recipient.snapshot_key = period.snapshot_key
            and recipient.period_kind_code = 'month'
            and recipient.has_nursing
            and coalesce(recipient.died_on > period.period_end_on, true)
        left join
            {{ ref("int_indicator__condition") }} as condition
            on condition.snapshot_key = period.snapshot_key
            and condition.citizen_key = recipient.citizen_key
            and condition.care_domain_code = 'nursing'
            and {{
                touches(
                    "condition.recorded_on",
                    "condition.active_to_on",
                    "period.period_end_on",
                    "period.period_end_on",
                )
            }}
        where period.period_kind_code = 'quarter'
        group by all
    )

select
    {{
        cell(
            "'A18'",
            "sum(counted.condition_count)",
            "count(*)",
            age="counted.age_from",
            sex="counted.sex_code",
            squares="sum(counted.condition_count * counted.condition_count)",
            citizens="count(*)",
        )
    }}
from person as counted
group by all
