-- One row per cell of D11: what is registered and old (a), told of the dead (b), impossible in time (c), or twice (d).
{{ config(materialized="view") }}
with
    active as (
        select
            snapshot_key, period_kind_code, period_start_on, period_end_on, municipality_code, citizen_key, updated_on
        from {{ ref("int_indicator__active_plan") }}
        union all by name
        select
            snapshot_key, period_kind_code, period_start_on, period_end_on, municipality_code, citizen_key, updated_on
        from {{ ref("int_indicator__active_condition") }}
    ),

    report as (
        select
            period.*,
            report.municipality_code,
            report.submission_id,
            coalesce({{ copenhagen_date("report.bundle_timestamp_at") }} > citizen.died_on, false) as is_after_death
        from {{ ref("int_indicator__period") }} as period
        inner join
            {{ ref("stg_submissions") }} as report
            on report.received_on between period.period_start_on and period.period_end_on
            and report.state_code = 'accepted'
        inner join {{ ref("stg_citizen") }} as told on told.submission_id = report.submission_id
        inner join
            {{ ref("int_indicator__citizen") }} as citizen
            on citizen.snapshot_key = period.snapshot_key
            and citizen.citizen_key = told.citizen_key
        where period.period_kind_code = 'month'
    ),

    stands as (
        select snapshot_key, municipality_code, citizen_key, coalesce(ended_on < granted_on, false) as is_impossible
        from {{ ref("int_indicator__plan") }}
        union all by name
        select snapshot_key, municipality_code, citizen_key, recorded_on > updated_on as is_impossible
        from {{ ref("int_indicator__condition") }}
    ),

    dated as (
        select period.*, stands.* exclude (snapshot_key)
        from {{ ref("int_indicator__period") }} as period
        inner join stands on stands.snapshot_key = period.snapshot_key
        where period.period_kind_code = 'month'
    ),

    twin as (
        select *, count(*) over (partition by snapshot_key, citizen_key, condition_code) > 1 as is_twice
        from {{ ref("int_indicator__active_condition") }}
    )

    {% set people = "count(distinct counted.citizen_key)" -%}
select
    {{
        cell(
            "'D11a'",
            "count(*) filter (counted.updated_on < counted.period_end_on - 400)",
            "count(*)",
            citizens=people,
        )
    }}
from active as counted
group by all
union all by name
select {{ cell("'D11b'", "count(*) filter (counted.is_after_death)", "count(*)") }}
from report as counted
group by all
union all by name
select {{ cell("'D11c'", "count(*) filter (counted.is_impossible)", "count(*)", citizens=people) }}
from dated as counted
group by all
union all by name
select {{ cell("'D11d'", "count(*) filter (counted.is_twice)", "count(*)", citizens=people) }}
from twin as counted
group by all
