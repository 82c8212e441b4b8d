-- One row per report of a goal (mål): each time a submission carried it.
select
    {{ envelope("report") }},
    {{ own_id("report") }} as goal_id,
    report.lifecycle_status_code,
    report.category_code,
    coalesce(description_form.fsiii_code, report.description_code) as description_code,
    report.description_code as reported_description_code,
    report.start_on,
    report.start_precision as start_precision_code,
    report.target_measure_code,
    coalesce(severity_form.fsiii_code, report.target_severity_code) as target_severity_code,
    report.target_severity_code as reported_target_severity_code,
    report.condition_id
from {{ source("raw", "goal") }} as report
left join
    {{ ref("stg_fsiii_code_form") }} as description_form on description_form.reported_code = report.description_code
left join {{ ref("stg_fsiii_code_form") }} as severity_form on severity_form.reported_code = report.target_severity_code
