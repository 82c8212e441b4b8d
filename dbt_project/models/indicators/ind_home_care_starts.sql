-- One row per cell of A06: citizens aged 65 and above whose home care began in the quarter, by the inhabitants.
{{ config(materialized="view") }}
with
    people as (
        select
            period.snapshot_key,
            period.period_kind_code,
            period.period_start_on,
            began.municipality_code,
            began.age,
            1 as counted
        from {{ ref("int_indicator__period") }} as period
        inner join
            {{ ref("int_indicator__start") }} as began
            on began.snapshot_key = period.snapshot_key
            and began.started_on between period.period_start_on and period.period_end_on
        where period.period_kind_code = 'quarter' and began.age >= 65
        -- The first start of a citizen in the quarter.
        qualify row_number() over (partition by period.snapshot_key, began.citizen_key order by began.started_on) = 1
    )

    {{ over_population("people", "A06", "quarter", 65) }}
