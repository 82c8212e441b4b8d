-- One row per cell that this build tells of: those of its snapshots, and the twelve months that they close, added up.
with
    own as (
        select *
        from {{ ref("int_indicator__cell") }}
        semi join {{ ref("int_indicator__touched") }} using (snapshot_key)
        where indicator_id not in ('X01', 'X02')
        union all by name
        select *
        from {{ ref("ind_level_shift") }}
    ),

    closing as (
        select
            period.snapshot_key,
            period.period_kind_code,
            cast(period.period_end_on + 1 - interval 12 month as date) as year_start_on,
            period.period_end_on
        from {{ ref("int_indicator__period") }} as period
        inner join
            {{ ref("int_indicator__period") }} as quarter
            on quarter.snapshot_key = period.snapshot_key
            and quarter.period_kind_code = 'quarter'
        where period.period_kind_code != 'rolling_12'
    ),

    -- Each period of the twelve months as the cut-off knew it.
    within_year as (
        select
            cell.* replace (closing.snapshot_key as snapshot_key),
            closing.year_start_on,
            closing.period_end_on as year_end_on
        from closing
        inner join
            {{ ref("int_indicator__cell") }} as cell
            on cell.period_kind_code = closing.period_kind_code
            and cell.period_end_on between closing.year_start_on and closing.period_end_on
            and split_part(cell.snapshot_key, '/', 2) <= split_part(closing.snapshot_key, '/', 2)
        semi join (select indicator_id from {{ ref("indicator") }} where table_code = 'A') as added using (indicator_id)
        qualify
            rank() over (
                partition by closing.snapshot_key, cell.indicator_id, cell.period_start_on
                order by cell.snapshot_key desc
            )
            = 1
    )

select * replace (if(period_kind_code = 'quarter_before', 'quarter', period_kind_code) as period_kind_code)
from own
union all by name
select
    indicator_id,
    snapshot_key,
    'rolling_12' as period_kind_code,
    year_start_on as period_start_on,
    year_end_on as period_end_on,
    municipality_code,
    age_from,
    sex_code,
    sum(numerator) as numerator,
    sum(denominator) as denominator,
    sum(square_sum) as square_sum,
    max(citizen_count) as citizen_count,
    cast(null as double) as own_value,
    max(own_state_code) as own_state_code
from within_year
group by indicator_id, snapshot_key, year_start_on, year_end_on, municipality_code, age_from, sex_code
