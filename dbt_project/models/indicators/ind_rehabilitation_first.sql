-- One row per cell of A07: citizens aged 65 and above whose home care began with rehabilitation (§83a), of all who
-- began.
{{ config(materialized="view") }}
with
    began as (
        select period.*, began.* exclude (snapshot_key)
        from {{ ref("int_indicator__period") }} as period
        inner join
            {{ ref("int_indicator__start") }} as began
            on began.snapshot_key = period.snapshot_key
            and began.started_on between period.period_start_on and period.period_end_on
        where period.period_kind_code = 'rolling_12' and began.age >= 65
    ),

    -- The codes of the Elderly Act have none of rehabilitation: where a fifth begins with them, the series has ended.
    ended as (
        select snapshot_key, municipality_code, avg(if(is_elderly_act, 1, 0)) > 0.2 as is_ended from began group by all
    )

select
    {{
        cell(
            "'A07'",
            "count(*) filter (counted.is_rehabilitation)",
            "count(*)",
            age="counted.age_from",
            sex="counted.sex_code",
            citizens="count(distinct counted.citizen_key)",
            state="if(ended.is_ended, 'no_such_period', null)",
        )
    }}
from began as counted
inner join ended on ended.snapshot_key = counted.snapshot_key and ended.municipality_code = counted.municipality_code
group by all
