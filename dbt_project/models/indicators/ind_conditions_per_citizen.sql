-- One row per cell of A18: nursing conditions on the last day of the quarter, of those with nursing in its last month.
{{ config(materialized="view") }}
with
    person as (
        select distinct
            period.*, recipient.municipality_code, recipient.age_from, recipient.sex_code, recipient.citizen_key
        from {{ ref("int_indicator__period") }} as period
        inner join
            {{ ref("int_indicator__recipient") }} as recipient
            on recipient.snapshot_key = period.snapshot_key
            and recipient.period_kind_code = 'month'
            and recipient.has_nursing
            and coalesce(recipient.died_on > period.period_end_on, true)
        where period.period_kind_code = 'quarter'
    ),

    -- An inner join for its own sake: DuckDB would make an outer one by comparing every person with every condition.
    held as (
        select person.snapshot_key, person.period_start_on, person.citizen_key, count(*) as condition_count
        from person
        inner join
            {{ ref("int_indicator__condition") }} as condition
            on condition.snapshot_key = person.snapshot_key
            and condition.citizen_key = person.citizen_key
            and condition.care_domain_code = 'nursing'
            and {{
                touches(
                    "condition.recorded_on",
                    "condition.active_to_on",
                    "person.period_end_on",
                    "person.period_end_on",
                )
            }}
        group by all
    ),

    counted as (
        select person.*, coalesce(held.condition_count, 0) as condition_count
        from person
        left join held using (snapshot_key, period_start_on, citizen_key)
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
from counted
group by all
