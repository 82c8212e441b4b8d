-- One row per report of a citizen's own assessment (borgervurdering): each time a submission carried it.
select
    {{ envelope("report") }},
    {{ own_id("report") }} as citizens_own_observation_id,
    report.status_code,
    coalesce(observation_form.fsiii_code, report.code) as observation_code,
    report.code as reported_code,
    coalesce(result_form.fsiii_code, report.value_code) as result_code,
    report.value_code as reported_result_code,
    report.effective_on,
    report.effective_at,
    report.effective_precision as effective_precision_code,
    report.condition_ids,
    report.matter_of_interest_observation_ids
from {{ source("raw", "citizens_own_observation") }} as report
left join {{ ref("stg_fsiii_code_form") }} as observation_form on observation_form.reported_code = report.code
left join {{ ref("stg_fsiii_code_form") }} as result_form on result_form.reported_code = report.value_code
