-- One row per report of a condition (FSIII-tilstand): each time a submission carried it.
select
    {{ envelope("report") }},
    {{ own_id("report") }} as condition_id,
    coalesce(condition_form.fsiii_code, report.code) as condition_code,
    report.code as reported_code,
    report.code_display as reported_display,
    coalesce(severity_form.fsiii_code, report.severity_code) as severity_code,
    report.severity_code as reported_severity_code,
    report.clinical_status_code,
    report.verification_status_code,
    report.is_problem_list_item,
    report.recorded_on,
    report.recorded_at,
    report.recorded_precision as recorded_precision_code,
    report.follow_up_encounter_id
from {{ source("raw", "condition") }} as report
left join {{ ref("stg_fsiii_code_form") }} as condition_form on condition_form.reported_code = report.code
left join {{ ref("stg_fsiii_code_form") }} as severity_form on severity_form.reported_code = report.severity_code
