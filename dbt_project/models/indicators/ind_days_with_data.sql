-- One row per cell of D01: days of the month on which an accepted report arrived, of its days.
{{ config(materialized="view") }}
select {{ cell("'D01'", "count(distinct counted.received_on)", "day(counted.period_end_on)") }}
from
    (
        select period.*, report.municipality_code, report.received_on
        from {{ ref("int_indicator__period") }} as period
        inner join
            {{ ref("stg_submissions") }} as report
            on report.received_on between period.period_start_on and period.period_end_on
        where
            period.period_kind_code = 'month'
            and report.state_code = 'accepted'
            and report.municipality_code is not null
    ) as counted
group by all
