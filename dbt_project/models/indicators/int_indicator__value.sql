-- One row per frozen value: indicator, period, cut-off, area, age band, sex; with its interval and its funnel.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        on_schema_change="fail",
        pre_hook="{{ without_snapshots() }}",
    )
}}
with
    -- Every municipality has its row for all ages and sexes, also where nothing was counted.
    told as (
        select
            standing.indicator_id,
            standing.snapshot_key,
            standing.period_kind_code,
            standing.period_start_on,
            standing.period_end_on,
            'municipality' as area_kind_code,
            standing.municipality_code as area_code,
            'all' as age_band_code,
            'all' as sex_code,
            standing.state_code,
            standing.withheld_by,
            if(standing.state_code = 'value', 1, 0) as municipality_count,
            area.* exclude (
                indicator_id,
                snapshot_key,
                period_kind_code,
                period_start_on,
                period_end_on,
                area_kind_code,
                area_code,
                age_band_code,
                sex_code,
                municipality_count
            )
        from {{ ref("int_indicator__standing") }} as standing
        left join
            {{ ref("int_indicator__area") }} as area
            on area.indicator_id = standing.indicator_id
            and area.snapshot_key = standing.snapshot_key
            and area.period_kind_code = standing.period_kind_code
            and area.period_start_on = standing.period_start_on
            and area.area_kind_code = 'municipality'
            and area.area_code = standing.municipality_code
            and area.age_band_code = 'all'
            and area.sex_code = 'all'
        union all by name
        select
            area.*,
            case
                when standing.state_code is not null
                then if(standing.state_code = 'value' and area.denominator = 0, 'missing', standing.state_code)
                else if(area.denominator > 0 or area.own_value is not null, 'value', 'missing')
            end as state_code,
            standing.withheld_by
        from {{ ref("int_indicator__area") }} as area
        left join
            -- A condition on the left table alone would make DuckDB compare every row with every other.
            (select *, 'municipality' as area_kind_code from {{ ref("int_indicator__standing") }}) as standing
            on standing.area_kind_code = area.area_kind_code
            and standing.indicator_id = area.indicator_id
            and standing.snapshot_key = area.snapshot_key
            and standing.period_kind_code = area.period_kind_code
            and standing.period_start_on = area.period_start_on
            and standing.municipality_code = area.area_code
        where area.area_kind_code != 'municipality' or area.age_band_code != 'all' or area.sex_code != 'all'
    ),

    measured as (
        select
            told.*,
            indicator.kind_code,
            indicator.per_number,
            coalesce(told.own_value, told.numerator / nullif(told.denominator, 0)) as share,
            sqrt(
                greatest(told.square_sum - told.numerator * told.numerator / nullif(told.denominator, 0), 0)
                / nullif(told.denominator - 1, 0)
            ) as deviation
        from told
        inner join {{ ref("indicator") }} as indicator on indicator.indicator_id = told.indicator_id
    ),

    beside as (
        select
            measured.*,
            country.share as country_share,
            country.deviation as country_deviation,
            case
                when measured.kind_code in ('rate', 'share')
                then sqrt(greatest(country.share * (1 - country.share), 0) / nullif(measured.denominator, 0))
                when measured.kind_code = 'mean'
                then country.deviation / sqrt(nullif(measured.denominator, 0))
            end as funnel_error,
            least(measured.share, 1) as p,
            measured.denominator as n
        from measured
        left join
            measured as country
            on country.area_kind_code = 'country'
            and country.indicator_id = measured.indicator_id
            and country.snapshot_key = measured.snapshot_key
            and country.period_kind_code = measured.period_kind_code
            and country.period_start_on = measured.period_start_on
            and country.age_band_code = measured.age_band_code
            and country.sex_code = measured.sex_code
    )

    {% set z, far = "1.959964", "3.090232" -%}
select
    indicator_id,
    snapshot_key,
    period_kind_code,
    period_start_on,
    period_end_on,
    area_kind_code,
    area_code,
    age_band_code,
    sex_code,
    state_code,
    withheld_by,
    municipality_count,
    numerator,
    denominator,
    cast(citizen_count as bigint) as citizen_count,
    share * per_number as value,
    -- Wilson's interval of a share or rate; of a mean the normal one.
    case
        when kind_code in ('rate', 'share') and n > 0
        then
            greatest(
                (p + {{ z }} * {{ z }} / 2 / n - {{ z }} * sqrt(p * (1 - p) / n + {{ z }} * {{ z }} / 4 / n / n))
                / (1 + {{ z }} * {{ z }} / n),
                0
            )
            * per_number
        when kind_code = 'mean' and n > 0
        then share - {{ z }} * deviation / sqrt(n)
    end as interval_low,
    case
        when kind_code in ('rate', 'share') and n > 0
        then
            least(
                (p + {{ z }} * {{ z }} / 2 / n + {{ z }} * sqrt(p * (1 - p) / n + {{ z }} * {{ z }} / 4 / n / n))
                / (1 + {{ z }} * {{ z }} / n),
                1
            )
            * per_number
        when kind_code = 'mean' and n > 0
        then share + {{ z }} * deviation / sqrt(n)
    end as interval_high,
    numerator / nullif(expected, 0) * country_share * per_number as standardised_value,
    {% for name, times in [("95", z), ("998", far)] -%}
        greatest(country_share - {{ times }} * funnel_error, 0) * per_number as funnel_low_{{ name }},
        if(
            kind_code = 'mean',
            country_share + {{ times }} * funnel_error,
            least(country_share + {{ times }} * funnel_error, 1)
        )
        * per_number as funnel_high_{{ name }}
        {{- "," if not loop.last }}
    {% endfor -%}
from
    beside
    -- depends_on: {{ ref('int_indicator__snapshot') }}
