-- One row per cell of A03 and A04: citizens with home nursing in the month, by the inhabitants.
{{ config(materialized="view") }}
with
    people as (
        select snapshot_key, period_kind_code, period_start_on, municipality_code, age, 1 as counted
        from {{ ref("int_indicator__recipient") }}
        where has_nursing
    )

    {{ over_population("people", "A03", "month") }}
union all by name
{{ over_population("people", "A04", "month", 80, 80) }}
