-- One row per cell of D04: citizens with home care (65+) or nursing in December, to the number another source has.
{{ config(materialized="view") }}
with
    people as (
        select
            snapshot_key,
            period_kind_code,
            period_start_on,
            period_end_on,
            municipality_code,
            count(*) filter (has_home_care and age >= 65) as home_care,
            count(*) filter (has_nursing) as nursing
        from {{ ref("int_indicator__recipient") }}
        where period_kind_code = 'month' and month(period_start_on) = 12
        group by all
    )

select
    {{
        cell(
            "other.indicator_id",
            "if(other.indicator_id = 'D04a', counted.home_care, counted.nursing)",
            "other.counted",
        )
    }}
from people as counted
inner join
    {{ ref("external_count") }} as other
    on other.municipality_code = counted.municipality_code
    and other.year_number = year(counted.period_start_on)
