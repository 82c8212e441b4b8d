-- One row per cell of A17: results of follow-ups in the quarter, and those that end or change the care (E2, E3, E4).
{{ config(materialized="view") }}
select
    {{
        cell(
            "'A17'",
            "count(*) filter (counted.result_legacy_code in ('E2', 'E3', 'E4'))",
            "count(*)",
            age=age_from("counted.birth_on", "counted.effective_on"),
            sex="counted.sex_code",
            citizens="count(distinct counted.citizen_key)",
        )
    }}
from
    (
        select period.*, follow_up.* exclude (snapshot_key)
        from {{ ref("int_indicator__period") }} as period
        inner join
            {{ ref("int_indicator__follow_up") }} as follow_up
            on follow_up.snapshot_key = period.snapshot_key
            and follow_up.effective_on between period.period_start_on and period.period_end_on
        where period.period_kind_code = 'quarter'
    ) as counted
group by all
