-- One row per cell of A01 and A02: citizens with home care on the last day of the month, by the inhabitants.
{{ config(materialized="view") }}
with
    people as (
        select snapshot_key, period_kind_code, period_start_on, municipality_code, age, 1 as counted
        from {{ ref("int_indicator__recipient") }}
        where has_home_care and age >= 65
    )

    {{ over_population("people", "A01", "month", 80, 80) }}
union all by name
{{ over_population("people", "A02", "month", 65, 65) }}
