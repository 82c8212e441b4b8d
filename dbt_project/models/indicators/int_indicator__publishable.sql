-- One row per figure that could be public: a municipality that has a value, a region, the country; all ages or one age
-- band; with what was released in the twenty-seven months before, when there is something new.
with
    touched as (select * from {{ ref("int_indicator__touched") }}),

    recent as (
        select value.*
        from {{ ref("int_indicator__value") }} as value
        where
            value.area_kind_code != 'comparison_group'
            and value.sex_code = 'all'
            -- Band by band also where nobody is: the number of nobody is a number.
            and value.state_code in ('value', 'missing')
            and value.snapshot_key >= (select min(month_end_on - interval 27 month) from touched)::varchar
    ),

    banded as (
        select indicator_id
        from recent
        where age_band_code != 'all'
        group by indicator_id
        having count(distinct age_band_code) > 1
    ),

    region as (
        select
            'municipality' as area_kind_code,
            municipality_code,
            region_code,
            valid_from_on,
            coalesce(valid_to_on, date '9999-12-31') as valid_to_on
        from {{ ref("municipality_region") }}
    ),

    whole as (select * exclude (age_band_code) from recent where age_band_code = 'all' and state_code = 'value'),

    wanted as (
        select
            whole.indicator_id,
            whole.snapshot_key,
            whole.period_kind_code,
            whole.period_start_on,
            whole.period_end_on,
            whole.area_kind_code,
            whole.area_code,
            band.age_band_code
        from whole
        inner join
            (
                select distinct indicator_id, snapshot_key, period_kind_code, period_start_on, age_band_code from recent
            ) as band using (indicator_id, snapshot_key, period_kind_code, period_start_on)
        left join banded on banded.indicator_id = whole.indicator_id
        where band.age_band_code = 'all' or banded.indicator_id is not null
    )

select
    wanted.indicator_id,
    wanted.snapshot_key,
    wanted.period_kind_code,
    wanted.period_start_on,
    wanted.area_kind_code,
    wanted.area_code,
    wanted.age_band_code,
    value.numerator,
    coalesce(value.denominator, 0) as denominator,
    if(value.denominator is null, 0, value.citizen_count) as citizen_count,
    region.region_code,
    indicator.kind_code,
    indicator.is_personal,
    indicator.min_denominator_count,
    indicator.min_numerator_count,
    indicator.min_citizen_count,
    touched.snapshot_key is not null as is_new
from wanted
inner join {{ ref("indicator") }} as indicator on indicator.indicator_id = wanted.indicator_id
left join
    recent as value
    on value.indicator_id = wanted.indicator_id
    and value.snapshot_key = wanted.snapshot_key
    and value.period_kind_code = wanted.period_kind_code
    and value.period_start_on = wanted.period_start_on
    and value.area_kind_code = wanted.area_kind_code
    and value.area_code = wanted.area_code
    and value.age_band_code = wanted.age_band_code
left join
    region
    on region.area_kind_code = wanted.area_kind_code
    and region.municipality_code = wanted.area_code
    and region.valid_from_on <= wanted.period_end_on
    and region.valid_to_on > wanted.period_end_on
left join touched on touched.snapshot_key = wanted.snapshot_key
