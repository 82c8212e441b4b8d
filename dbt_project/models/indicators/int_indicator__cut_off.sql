-- One row per month and cut-off that there is to look at: a month's own, or a later one that may correct it. The
-- gateway
-- asks it before a build (orchestration/indicators/due.py).
{{ config(materialized="view") }}
with
    heard as (select min(received_on) as first_on, max(received_on) as last_on from {{ source("raw", "loads") }}),

    month as (
        select distinct month_end_on, reporting_deadline_on, {{ cut_off_at("month_end_on") }} as cut_off_at
        from {{ ref("dim_date") }}
        cross join heard
        where month_end_on >= heard.first_on and reporting_deadline_on < heard.last_on
    ),

    -- What a cut-off could know: another load of one of its days makes its vintages anew.
    known as (
        select
            cut_off.month_end_on,
            md5(
                string_agg(loaded.received_on || '=' || loaded.load_number, ',' order by loaded.received_on)
            ) as fingerprint
        from month as cut_off
        inner join {{ source("raw", "loads") }} as loaded on loaded.received_on <= cut_off.reporting_deadline_on
        group by cut_off.month_end_on
    )

select
    month.month_end_on || '/' || cut_off.reporting_deadline_on as snapshot_key,
    month.month_end_on,
    cut_off.reporting_deadline_on as cut_off_on,
    month.cut_off_at as valid_at,
    cut_off.cut_off_at as known_at,
    lag(cut_off.cut_off_at) over (partition by month.month_end_on order by cut_off.month_end_on) as known_before_at,
    known.fingerprint
from month
-- A correction reopens a month for a year, and no longer.
inner join
    month as cut_off
    on cut_off.month_end_on >= month.month_end_on
    and cut_off.month_end_on <= month.month_end_on + interval 12 month
inner join known on known.month_end_on = cut_off.month_end_on
