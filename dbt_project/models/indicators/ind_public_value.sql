-- One row per public figure of an indicator: a municipality, a region or the country, all ages or one age band, in
-- every
-- vintage; protected against disclosure.
{{ config(materialized="view", contract={"enforced": true}, access="public") }}
with
    figure as (
        select
            value.*,
            disclosure.state_code as public_state_code,
            indicator.kind_code,
            indicator.per_number,
            value.area_kind_code != 'municipality' and indicator.is_personal as is_rounded
        from {{ ref("ind_value") }} as value
        inner join {{ ref("indicator") }} as indicator on indicator.indicator_id = value.indicator_id
        left join
            {{ ref("ind_disclosure") }} as disclosure
            on disclosure.indicator_id = value.indicator_id
            and split_part(disclosure.snapshot_key, '/', 2) = cast(value.cut_off_on as varchar)
            and disclosure.period_kind_code = value.period_kind_code
            and disclosure.period_start_on = value.period_start_on
            and disclosure.area_kind_code = value.area_kind_code
            and disclosure.area_code = value.area_code
            and disclosure.age_band_code = value.age_band_code
        where
            value.area_kind_code != 'comparison_group'
            and value.sex_code = 'all'
            -- An age band is public where it was decided on; why there is none of a whole area always is.
            and (disclosure.state_code is not null or (value.age_band_code = 'all' and value.state_code != 'value'))
    ),

    told as (
        select
            *,
            if(public_state_code = 'suppressed', 'suppressed', state_code) as shown_state_code,
            coalesce(public_state_code = 'value', false) and state_code = 'value' as is_told,
            case
                when is_rounded and kind_code != 'flag' then round(numerator / 5) * 5 else numerator
            end as shown_numerator,
            case
                when is_rounded and kind_code not in ('rate', 'flag') then round(denominator / 5) * 5 else denominator
            end as shown_denominator
        from figure
    ),

    shown as (
        select
            *,
            -- From what is shown, so that nothing more exact can be worked back from it.
            if(
                is_told,
                if(
                    shown_numerator is null,
                    round(value, 2),
                    round(shown_numerator / nullif(shown_denominator, 0) * per_number, 2)
                ),
                null
            ) as shown_value
        from told
    )

select
    indicator_id,
    period_kind_code,
    period_start_on,
    period_end_on,
    vintage_number,
    is_newest_vintage,
    cut_off_on,
    area_kind_code,
    area_code,
    age_band_code,
    shown_state_code as state_code,
    if(is_told, shown_numerator, null) as numerator,
    if(is_told, shown_denominator, null) as denominator,
    shown_value as value,
    if(is_told, round(interval_low, 1), null) as interval_low,
    if(is_told, round(interval_high, 1), null) as interval_high,
    if(is_told, round(standardised_value, 1), null) as standardised_value,
    if(is_told, round(funnel_low_95, 1), null) as funnel_low_95,
    if(is_told, round(funnel_high_95, 1), null) as funnel_high_95,
    if(is_told, round(funnel_low_998, 1), null) as funnel_low_998,
    if(is_told, round(funnel_high_998, 1), null) as funnel_high_998,
    is_told and is_flagged as is_flagged,
    is_rounded,
    is_break,
    break_code,
    break_reason_da,
    break_reason_en
from shown
