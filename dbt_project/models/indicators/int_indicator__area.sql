-- One row per indicator, period of this build, area and stratum: what was counted there, added up over those that
-- have a
-- value (of a municipality: also what is withheld).
with
    member as (
        select 'municipality' as area_kind_code, municipality_code as area_code, municipality_code, null as region_code
        from {{ ref("municipality") }}
        union all
        select 'country', 'DK', municipality_code, null
        from {{ ref("municipality") }}
        union all
        select 'comparison_group', municipality_code, member_code, null
        from {{ ref("comparison_group") }}
    ),

    standing as (
        select * exclude (region_code, withheld_by), region_code as own_region_code
        from {{ ref("int_indicator__standing") }}
    ),

    counted as (
        select
            standing.state_code,
            standing.own_region_code,
            cell.*,
            case
                when cell.age_from is null
                then null
                when cell.age_from >= 80
                then '80+'
                when cell.age_from >= 65
                then '65-79'
                else '0-64'
            end as age_band
        from standing
        inner join
            {{ ref("int_indicator__counted") }} as cell using (
                indicator_id, snapshot_key, period_kind_code, period_start_on, municipality_code
            )
    ),

    -- What each age and sex has in the whole country: what a municipality would have, if it were as all.
    pooled as (
        select
            indicator_id,
            snapshot_key,
            period_kind_code,
            period_start_on,
            age_from,
            sex_code,
            sum(numerator) / nullif(sum(denominator), 0) as pooled_value
        from counted
        where state_code = 'value'
        group by all
    ),

    expected as (
        select counted.*, if(counted.age_from is null, null, counted.denominator * pooled.pooled_value) as expected
        from counted
        left join
            pooled
            on pooled.indicator_id = counted.indicator_id
            and pooled.snapshot_key = counted.snapshot_key
            and pooled.period_kind_code = counted.period_kind_code
            and pooled.period_start_on = counted.period_start_on
            and pooled.age_from is not distinct from counted.age_from
            and pooled.sex_code is not distinct from counted.sex_code
    ),

    placed as (
        select member.area_kind_code, member.area_code, expected.*
        from expected
        inner join member on member.municipality_code = expected.municipality_code
        where member.area_kind_code = 'municipality' or expected.state_code = 'value'
        union all by name
        select 'region' as area_kind_code, expected.own_region_code as area_code, expected.*
        from expected
        where expected.state_code = 'value' and expected.own_region_code is not null
    )

select
    indicator_id,
    snapshot_key,
    period_kind_code,
    period_start_on,
    period_end_on,
    area_kind_code,
    area_code,
    coalesce(age_band, 'all') as age_band_code,
    coalesce(sex_code, 'all') as sex_code,
    count(distinct municipality_code) as municipality_count,
    sum(numerator) as numerator,
    sum(denominator) as denominator,
    sum(square_sum) as square_sum,
    sum(citizen_count) as citizen_count,
    sum(expected) as expected,
    if(area_kind_code = 'municipality', any_value(own_value), median(own_value)) as own_value
from placed
group by
    indicator_id,
    snapshot_key,
    period_kind_code,
    period_start_on,
    period_end_on,
    area_kind_code,
    area_code,
    cube (age_band, sex_code)
having (grouping(age_band) = 1 or age_band is not null) and (grouping(sex_code) = 1 or sex_code is not null)
