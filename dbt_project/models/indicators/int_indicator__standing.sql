-- One row per indicator, period of this build and municipality (kommune): whether it has a value, and why not.
with
    told as (
        select
            indicator_id,
            snapshot_key,
            period_kind_code,
            period_start_on,
            period_end_on,
            municipality_code,
            sum(denominator) as denominator,
            sum(numerator) as numerator,
            any_value(own_value) as own_value,
            max(own_state_code) as own_state_code
        from {{ ref("int_indicator__counted") }}
        group by all
    ),

    -- Every municipality has a row for every indicator and period that the build tells of.
    period as (
        select
            indicator.indicator_id,
            indicator.table_code,
            indicator.series_from_on,
            period.snapshot_key,
            if(period.period_kind_code = 'quarter_before', 'quarter', period.period_kind_code) as period_kind_code,
            period.period_start_on,
            period.period_end_on
        from {{ ref("int_indicator__period") }} as period
        inner join {{ ref("indicator") }} as indicator on indicator.period_kind_code = period.period_kind_code
        union
        select distinct
            told.indicator_id,
            'A' as table_code,
            indicator.series_from_on,
            told.snapshot_key,
            told.period_kind_code,
            told.period_start_on,
            told.period_end_on
        from told
        inner join {{ ref("indicator") }} as indicator on indicator.indicator_id = told.indicator_id
        where told.period_kind_code = 'rolling_12' and indicator.table_code = 'A'
    ),

    place as (
        select
            period.*,
            municipality.municipality_code,
            max(region.region_code) filter (
                region.valid_from_on <= period.period_end_on
                and coalesce(region.valid_to_on > period.period_end_on, true)
            ) as region_code,
            bool_or(region.valid_from_on <= period.period_start_on)
            and bool_or(coalesce(region.valid_to_on > period.period_end_on, true)) as is_there
        from period
        cross join {{ ref("municipality") }} as municipality
        left join
            {{ ref("municipality_region") }} as region on region.municipality_code = municipality.municipality_code
        group by all
    ),

    gated as (
        select
            place.indicator_id,
            place.snapshot_key,
            place.period_kind_code,
            place.period_start_on,
            place.municipality_code,
            count(*) filter (gate.has_reports)
            = any_value(date_diff('month', place.period_start_on, place.period_end_on) + 1) as is_reported,
            coalesce(bool_or(gate.is_withheld), false) as is_withheld,
            string_agg(distinct gate.withheld_by, ', ' order by gate.withheld_by) as withheld_by
        from place
        left join
            {{ ref("int_indicator__gate") }} as gate
            on gate.snapshot_key = place.snapshot_key
            and gate.municipality_code = place.municipality_code
            and gate.month_start_on between place.period_start_on and place.period_end_on
        group by all
    ),

    judged as (
        select
            place.* exclude (is_there, series_from_on),
            case
                when not coalesce(place.is_there, false) or place.period_start_on < place.series_from_on
                then 'no_such_period'
                when not gated.is_reported
                then 'not_reported'
                when gated.is_withheld and place.table_code = 'A'
                then 'withheld'
                when told.own_state_code is not null
                then told.own_state_code
                when coalesce(told.denominator, 0) = 0 or (told.numerator is null and told.own_value is null)
                then 'missing'
                else 'value'
            end as state_code,
            gated.withheld_by
        from place
        left join told using (indicator_id, snapshot_key, period_kind_code, period_start_on, municipality_code)
        left join gated using (indicator_id, snapshot_key, period_kind_code, period_start_on, municipality_code)
    )

select * replace (if(state_code = 'withheld', withheld_by, null) as withheld_by)
from judged
