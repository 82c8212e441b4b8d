-- One row per period (month, quarter) and citizen (borger) who has home care on its last day, or nursing in it.
with
    period as (select * from {{ ref("int_indicator__period") }} where period_kind_code in ('month', 'quarter')),

    said as (
        select
            period.snapshot_key,
            period.period_kind_code,
            plan.citizen_key,
            plan.is_care
            and {{ touches("plan.granted_on", "plan.active_to_on", "period.period_end_on", "period.period_end_on") }}
            as has_home_care,
            plan.is_nursing as has_nursing
        from period
        inner join
            {{ ref("int_indicator__plan") }} as plan
            on plan.snapshot_key = period.snapshot_key
            and (plan.is_care or plan.is_nursing)
            and {{ touches("plan.granted_on", "plan.active_to_on", "period.period_start_on", "period.period_end_on") }}
        union all
        select period.snapshot_key, period.period_kind_code, done.citizen_key, false, true
        from period
        inner join
            {{ ref("int_indicator__procedure") }} as done
            on done.snapshot_key = period.snapshot_key
            and done.performed_on between period.period_start_on and period.period_end_on
    ),

    person as (
        select
            snapshot_key,
            period_kind_code,
            citizen_key,
            bool_or(has_home_care) as has_home_care,
            bool_or(has_nursing) as has_nursing
        from said
        group by all
    )

select
    period.snapshot_key,
    period.period_kind_code,
    period.period_start_on,
    period.period_end_on,
    citizen.municipality_code,
    citizen.citizen_key,
    date_sub('year', citizen.birth_on, period.period_end_on) as age,
    {{ age_from("citizen.birth_on", "period.period_end_on") }} as age_from,
    citizen.sex_code,
    citizen.died_on,
    person.has_home_care,
    person.has_nursing
from person
inner join period on period.snapshot_key = person.snapshot_key and period.period_kind_code = person.period_kind_code
inner join
    {{ ref("int_indicator__citizen") }} as citizen
    on citizen.snapshot_key = person.snapshot_key
    and citizen.citizen_key = person.citizen_key
where person.has_home_care or person.has_nursing
