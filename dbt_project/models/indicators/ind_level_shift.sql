-- One row per cell of D13: whether nursing, conditions or interventions per citizen jumped from the month before, or
-- the
{{ config(materialized="view") }}
-- guide that is followed changed.
with
    monthly as (
        -- The newest vintage that a cut-off knew, of each month up to the one looked at.
        select
            touched.snapshot_key,
            touched.month_end_on,
            cell.municipality_code,
            cell.indicator_id,
            cell.period_start_on,
            cell.snapshot_key as cell_key,
            sum(cell.numerator) / nullif(sum(cell.denominator), 0) as value
        from {{ ref("int_indicator__touched") }} as touched
        inner join
            {{ ref("int_indicator__cell") }} as cell
            on cell.indicator_id in ('A03', 'X01', 'X02')
            and cell.period_kind_code = 'month'
            and cell.period_end_on between touched.month_end_on - interval 25 month and touched.month_end_on
            and split_part(cell.snapshot_key, '/', 2) <= split_part(touched.snapshot_key, '/', 2)
        group by
            touched.snapshot_key,
            touched.month_end_on,
            cell.municipality_code,
            cell.indicator_id,
            cell.period_start_on,
            cell.snapshot_key
        qualify
            row_number() over (
                partition by touched.snapshot_key, cell.municipality_code, cell.indicator_id, cell.period_start_on
                order by cell.snapshot_key desc
            )
            = 1
    ),

    change as (
        select
            *,
            value - lag(value) over (
                partition by snapshot_key, municipality_code, indicator_id order by period_start_on
            ) as change
        from monthly
    ),

    before as (
        select
            snapshot_key, municipality_code, indicator_id, mad(change) * 1.4826 as robust_sd, count(change) as changes
        from change
        where period_start_on < date_trunc('month', month_end_on)
        group by all
    ),

    shift as (
        select
            change.snapshot_key,
            change.municipality_code,
            bool_or(abs(change.change) > 4 * before.robust_sd and before.robust_sd > 0) as is_shift
        from change
        inner join before using (snapshot_key, municipality_code, indicator_id)
        where change.period_start_on = date_trunc('month', change.month_end_on) and before.changes >= 6
        group by all
    ),

    guide as (
        select
            touched.snapshot_key,
            report.municipality_code,
            mode(report.ig_code) filter (report.received_on >= date_trunc('month', touched.month_end_on)) as now_code,
            mode(report.ig_code) filter (report.received_on < date_trunc('month', touched.month_end_on)) as before_code
        from {{ ref("int_indicator__touched") }} as touched
        inner join
            {{ ref("stg_submissions") }} as report
            on report.state_code = 'accepted'
            and report.received_on
            between date_trunc('month', touched.month_end_on) - interval 1 month and touched.month_end_on
        group by all
    ),

    judged as (
        select
            period.*,
            guide.municipality_code,
            coalesce(shift.is_shift, false) or coalesce(guide.now_code != guide.before_code, false) as is_break,
            shift.is_shift is null and coalesce(guide.now_code = guide.before_code, true) as is_unknown
        from {{ ref("int_indicator__period") }} as period
        inner join guide on guide.snapshot_key = period.snapshot_key
        left join shift on shift.snapshot_key = guide.snapshot_key and shift.municipality_code = guide.municipality_code
        where period.period_kind_code = 'month' and guide.municipality_code is not null
    )

-- Too short a history to judge by is no answer.
select {{ cell("'D13'", "if(counted.is_break, 1, 0)", "if(counted.is_unknown, 0, 1)") }}
from judged as counted
