-- One row per frozen value: indicator, period, cut-off, area, age band, sex; with its interval and its funnel.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        on_schema_change="fail",
        pre_hook="{{ without_snapshots() }}",
    )
}}
{%- set key = [
    "indicator_id",
    "snapshot_key",
    "period_kind_code",
    "period_start_on",
    "period_end_on",
    "area_kind_code",
    "area_code",
    "age_band_code",
    "sex_code",
] %}
with
    -- Every municipality has its row for all ages and sexes, also where nothing was counted.
    wanted as (
        select
            * exclude (table_code, region_code, municipality_code, state_code, withheld_by),
            municipality_code as area_code
        from
            (
                select *, 'municipality' as area_kind_code, 'all' as age_band_code, 'all' as sex_code
                from {{ ref("int_indicator__standing") }}
            )
        union by name
        select {{ key | join(", ") }}
        from {{ ref("int_indicator__area") }}
    ),

    told as (
        select
            wanted.*,
            case
                when wanted.area_kind_code != 'municipality'
                then if(area.denominator > 0 or area.own_value is not null, 'value', 'missing')
                when standing.state_code = 'value' and area.denominator = 0
                then 'missing'
                else standing.state_code
            end as state_code,
            standing.withheld_by,
            if(
                wanted.area_kind_code = 'municipality' and wanted.age_band_code = 'all' and wanted.sex_code = 'all',
                if(standing.state_code = 'value', 1, 0),
                area.municipality_count
            ) as municipality_count,
            area.* exclude ({{ key | join(", ") }}, municipality_count)
        from wanted
        left join
            {{ ref("int_indicator__area") }} as area
            on {% for name in key %} area.{{ name }} = wanted.{{ name }} {{ "and" if not loop.last }} {% endfor %}
        left join
            -- A condition on the left table alone would make DuckDB compare every row with every other.
            (select *, 'municipality' as area_kind_code from {{ ref("int_indicator__standing") }}) as standing
            on standing.area_kind_code = wanted.area_kind_code
            and standing.indicator_id = wanted.indicator_id
            and standing.snapshot_key = wanted.snapshot_key
            and standing.period_kind_code = wanted.period_kind_code
            and standing.period_start_on = wanted.period_start_on
            and standing.municipality_code = wanted.area_code
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
            measured as country on country.area_kind_code = 'country'
            {% for name in key if name not in ("area_kind_code", "area_code") %}
                and country.{{ name }} = measured.{{ name }}
            {% endfor %}
    )

    {% set z, far = "1.959964", "3.090232" -%}
select
    {{ key | join(", ") }},
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
