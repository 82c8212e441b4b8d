-- One row per value of an indicator: period, vintage, area (kommune, region, sammenligningsgruppe, landet), age band,
-- sex.
{{ config(materialized="view", contract={"enforced": true}, access="public") }}
with
    value as (
        select *, cast(split_part(snapshot_key, '/', 2) as date) as cut_off_on, value / per_number as share
        from {{ ref("int_indicator__value") }}
        inner join {{ ref("indicator") }} using (indicator_id)
    ),

    -- What municipalities are judged by: the median and the outer twentieths of them.
    spread as (
        select
            indicator_id,
            snapshot_key,
            period_kind_code,
            period_start_on,
            median(share) as median_share,
            quantile_cont(share, 0.05) as low_share,
            quantile_cont(share, 0.95) as high_share
        from value
        where area_kind_code = 'municipality' and age_band_code = 'all' and sex_code = 'all' and state_code = 'value'
        group by indicator_id, snapshot_key, period_kind_code, period_start_on
    ),

    vintage as (
        select
            indicator_id,
            snapshot_key,
            period_kind_code,
            period_start_on,
            period_end_on,
            row_number() over period_of_one as vintage_number,
            lead(snapshot_key) over period_of_one is null as is_newest_vintage
        from (select distinct indicator_id, snapshot_key, period_kind_code, period_start_on, period_end_on from value)
        window period_of_one as (partition by indicator_id, period_kind_code, period_start_on order by snapshot_key)
    ),

    shift as (
        select area_code, period_start_on as month_on, max(snapshot_key) as snapshot_key
        from value
        where indicator_id = 'D13' and area_kind_code = 'municipality' and numerator > 0
        group by area_code, period_start_on
    ),

    moved as (
        select region_code, valid_to_on as break_on
        from {{ ref("municipality_region") }}
        union
        select region_code, valid_from_on
        from {{ ref("municipality_region") }}
        where valid_from_on > (select min(valid_from_on) from {{ ref("municipality_region") }})
    ),

    -- What breaks a series; where an indicator, a table or an area is null, it breaks those of all.
    cause as (
        select
            kind_code,
            indicator_id,
            null as table_code,
            null as area_kind_code,
            area_code,
            break_on,
            reason_da,
            reason_en
        from {{ ref("indicator_break") }}
        union all
        select
            'shift',
            null,
            'A',
            'municipality',
            area_code,
            month_on,
            'Spring i kommunens tal, eller skift af guide (D13).',
            'A jump in the figures of the municipality, or another guide (D13).'
        from shift
        union all
        select
            'region',
            null,
            null,
            'region',
            region_code,
            break_on,
            'Andre kommuner i regionen fra en dag i perioden.',
            'Other municipalities in the region from a day in the period on.'
        from moved
    ),

    broken as (
        select
            place.indicator_id,
            place.period_kind_code,
            place.period_start_on,
            place.area_kind_code,
            place.area_code,
            string_agg(distinct cause.kind_code, ', ' order by cause.kind_code) as break_code,
            string_agg(distinct cause.reason_da, ' ' order by cause.reason_da) as break_reason_da,
            string_agg(distinct cause.reason_en, ' ' order by cause.reason_en) as break_reason_en
        from
            (
                select distinct
                    indicator_id,
                    table_code,
                    period_kind_code,
                    period_start_on,
                    period_end_on,
                    area_kind_code,
                    area_code
                from value
            ) as place
        inner join
            cause
            on cause.break_on between place.period_start_on and place.period_end_on
            and coalesce(cause.indicator_id = place.indicator_id, true)
            and coalesce(cause.table_code = place.table_code, true)
            and coalesce(cause.area_kind_code = place.area_kind_code, true)
            and coalesce(cause.area_code = place.area_code, true)
        group by all
    )

select
    value.indicator_id,
    value.period_kind_code,
    value.period_start_on,
    value.period_end_on,
    cast(vintage.vintage_number as integer) as vintage_number,
    vintage.is_newest_vintage,
    value.cut_off_on,
    value.area_kind_code,
    value.area_code,
    value.age_band_code,
    value.sex_code,
    value.state_code,
    value.withheld_by,
    cast(value.municipality_count as integer) as municipality_count,
    value.numerator,
    value.denominator,
    value.citizen_count,
    value.value,
    value.interval_low,
    value.interval_high,
    value.standardised_value,
    value.funnel_low_95,
    value.funnel_high_95,
    value.funnel_low_998,
    value.funnel_high_998,
    value.state_code = 'value'
    and (
        coalesce(value.share < value.flag_below, false)
        or coalesce(value.share > value.flag_above, false)
        or coalesce(value.share > value.flag_median_times * spread.median_share, false)
        or (
            value.is_flagged_by_percentiles
            and coalesce(value.share < spread.low_share or value.share > spread.high_share, false)
        )
    ) as is_flagged,
    broken.break_code is not null as is_break,
    broken.break_code,
    broken.break_reason_da,
    broken.break_reason_en
from value
inner join
    vintage
    on vintage.indicator_id = value.indicator_id
    and vintage.snapshot_key = value.snapshot_key
    and vintage.period_kind_code = value.period_kind_code
    and vintage.period_start_on = value.period_start_on
left join
    spread
    on spread.indicator_id = value.indicator_id
    and spread.snapshot_key = value.snapshot_key
    and spread.period_kind_code = value.period_kind_code
    and spread.period_start_on = value.period_start_on
left join
    broken
    on broken.indicator_id = value.indicator_id
    and broken.period_kind_code = value.period_kind_code
    and broken.period_start_on = value.period_start_on
    and broken.area_kind_code = value.area_kind_code
    and broken.area_code = value.area_code
