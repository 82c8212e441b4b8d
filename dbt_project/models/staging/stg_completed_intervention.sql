-- One row per report of a completed intervention (leveret indsats): each time a submission carried it.
select
    {{ envelope("report") }},
    {{ own_id("report") }} as completed_intervention_id,
    report.status_code,
    coalesce(intervention_form.fsiii_code, report.level2_code) as intervention_code,
    report.level2_code as reported_code,
    report.level2_display as reported_display,
    report.level3_code as local_code,
    report.level3_display as local_display,
    report.performed_on,
    report.performed_at,
    report.performed_precision as performed_precision_code,
    report.condition_ids
from {{ source("raw", "completed_intervention") }} as report
left join {{ ref("stg_fsiii_code_form") }} as intervention_form on intervention_form.reported_code = report.level2_code
