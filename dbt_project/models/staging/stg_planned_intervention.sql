-- One row per report of a planned intervention (planlagt indsats): each time a submission carried it.
select
    {{ envelope("report") }},
    {{ own_id("report") }} as planned_intervention_id,
    report.status_code,
    report.intent_code,
    coalesce(intervention_form.fsiii_code, report.level2_code) as intervention_code,
    report.level2_code as reported_code,
    report.level2_display as reported_display,
    report.level3_code as local_code,
    report.level3_display as local_display,
    report.activity_status_code,
    report.period_start_on as granted_on,
    report.period_start_at as granted_at,
    report.period_start_precision as granted_precision_code,
    report.period_end_on as ended_on,
    report.period_end_at as ended_at,
    report.period_end_precision as ended_precision_code,
    report.condition_ids,
    report.delivery_type_codes,
    report.follow_up_encounter_id
from {{ source("raw", "planned_intervention") }} as report
left join {{ ref("stg_fsiii_code_form") }} as intervention_form on intervention_form.reported_code = report.level2_code
