-- One row per cell of A25: temporary stays begun in the twelve months by citizens aged 80 and above, by the
-- inhabitants.
{{ config(materialized="view") }}
with
    people as (
        select
            period.snapshot_key,
            period.period_kind_code,
            period.period_start_on,
            plan.municipality_code,
            date_sub('year', plan.birth_on, plan.granted_on) as age,
            1 as counted
        from {{ ref("int_indicator__period") }} as period
        inner join
            {{ ref("int_indicator__plan") }} as plan
            on plan.snapshot_key = period.snapshot_key
            and plan.code_group_code = 'TEMPORARY_STAY'
            and plan.granted_on between period.period_start_on and period.period_end_on
        where period.period_kind_code = 'rolling_12' and date_sub('year', plan.birth_on, plan.granted_on) >= 80
    )

    {{ over_population("people", "A25", "rolling_12", 80, 80) }}
