-- One row per cell of D03: rejected reports of the month, in all and by the class of their errors, of all reports.
{{ config(materialized="view") }}
with
    class as (select unnest(['D03', 'D03a', 'D03b', 'D03c', 'D03d', 'D03e']) as indicator_id),

    fault as (
        select
            submission_id,
            case
                when rule_id in ('deliveryReport.id.new', 'resource.id.unique-in-bundle')
                then 'D03e'
                when rule_id like 'citizen.identifier%'
                then 'D03d'
                when
                    rule_id like '%.target'
                    or rule_id like '%.bundled'
                    or rule_id in ('common.references.resolve', 'report.self-contained')
                then 'D03c'
                when rule_id like '%.valueset' or rule_id like '%coding%' or rule_id like 'terminology.%'
                then 'D03a'
                else 'D03b'
            end as indicator_id
        from {{ ref("stg_findings") }}
        where severity_code = 'error'
        union
        select submission_id, 'D03'
        from {{ ref("stg_submissions") }}
        where state_code = 'rejected'
    ),

    report as (
        select period.*, report.municipality_code, report.submission_id, report.state_code = 'rejected' as is_rejected
        from {{ ref("int_indicator__period") }} as period
        inner join
            {{ ref("stg_submissions") }} as report
            on report.received_on between period.period_start_on and period.period_end_on
        where period.period_kind_code = 'month' and report.municipality_code is not null
    )

select
    {{
        cell(
            "class.indicator_id",
            "count(distinct counted.submission_id) filter (counted.is_rejected and fault.submission_id is not null)",
            "count(distinct counted.submission_id)",
        )
    }}
from report as counted
cross join class
left join fault on fault.submission_id = counted.submission_id and fault.indicator_id = class.indicator_id
group by all
