-- One row per report of a follow-up's result (opfølgning): each time a submission carried it.
select
    {{ envelope("report") }},
    {{ own_id("report") }} as follow_up_observation_id,
    report.status_code,
    report.effective_on,
    report.effective_at,
    report.effective_precision as effective_precision_code,
    coalesce(result_form.fsiii_code, report.value_code) as result_code,
    report.value_code as reported_result_code,
    report.condition_ids,
    report.planned_intervention_ids
from {{ source("raw", "follow_up_observation") }} as report
left join {{ ref("stg_fsiii_code_form") }} as result_form on result_form.reported_code = report.value_code
