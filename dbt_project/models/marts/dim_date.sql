-- One row per day (dato) of the calendar, 2015 to 2040: how Denmark counts it, and when the reports of its month are
-- due.
{{ config(materialized="table") }}
{% set months_da = "['januar','februar','marts','april','maj','juni','juli','august','september','oktober','november','december']" %}
{% set weekdays_da = "['mandag','tirsdag','onsdag','torsdag','fredag','lørdag','søndag']" %}
with
    days as (
        select cast(unnest(range({{ calendar_from() }}, {{ calendar_to() }} + 1, interval 1 day)) as date) as date_on
    )

select
    date_on,
    cast(year(date_on) as integer) as year_number,
    cast(quarter(date_on) as integer) as quarter_number,
    cast(month(date_on) as integer) as month_number,
    strftime(date_on, '%Y-Q') || quarter(date_on) as quarter_code,
    strftime(date_on, '%Y-%m') as month_code,
    {{ months_da }} [month(date_on)] as month_name_da,
    monthname(date_on) as month_name_en,
    cast(isoyear(date_on) as integer) as iso_year_number,
    cast(weekofyear(date_on) as integer) as iso_week_number,
    strftime(date_on, '%G-W%V') as iso_week_code,
    cast(isodow(date_on) as integer) as weekday_number,
    {{ weekdays_da }} [isodow(date_on)] as weekday_name_da,
    dayname(date_on) as weekday_name_en,
    cast(date_trunc('month', date_on) as date) as month_start_on,
    last_day(date_on) as month_end_on,
    isodow(date_on) >= 6 as is_weekend,
    holiday.holiday_on is not null as is_public_holiday,
    holiday.holiday_name_da,
    holiday.holiday_name_en,
    isodow(date_on) < 6 and holiday.holiday_on is null as is_working_day,
    -- BEK 1384 of 3 October 2022, section 3(2): no later than 14 days after the end of the month.
    last_day(date_on) + 14 as reporting_deadline_on
from days
left join {{ ref("int_public_holiday") }} as holiday on holiday.holiday_on = days.date_on
