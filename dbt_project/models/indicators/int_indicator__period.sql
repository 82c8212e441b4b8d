-- One row per period that this build freezes: a month, and with the last month of a quarter the quarter, the one before
-- it, and the twelve months.
with
    part as (
        select snapshot_key, month_end_on, month(month_end_on) % 3 = 0 as ends_quarter
        from {{ ref("int_indicator__touched") }}
    )

select
    snapshot_key,
    'month' as period_kind_code,
    cast(date_trunc('month', month_end_on) as date) as period_start_on,
    month_end_on as period_end_on
from part
union all
select snapshot_key, 'quarter', cast(date_trunc('quarter', month_end_on) as date), month_end_on
from part
where ends_quarter
union all
-- For what can be told 91 days after a quarter only.
select
    snapshot_key,
    'quarter_before',
    cast(date_trunc('quarter', month_end_on) - interval 3 month as date),
    cast(date_trunc('quarter', month_end_on) as date) - 1
from part
where ends_quarter
union all
select snapshot_key, 'rolling_12', cast(date_trunc('month', month_end_on) - interval 11 month as date), month_end_on
from part
where ends_quarter
