-- One row per report of a general encounter (kontakt, CareGeneralEncounter): each time a submission carried it.
select
    {{ envelope("report") }},
    {{ own_id("report") }} as general_encounter_id,
    report.status_code,
    report.class_system,
    report.class_code,
    report.type_codes,
    report.period_start_on as started_on,
    report.period_start_at as started_at,
    report.period_start_precision as started_precision_code,
    report.period_end_on as ended_on,
    report.period_end_at as ended_at,
    report.period_end_precision as ended_precision_code,
    report.condition_ids,
    report.planned_intervention_ids
from {{ source("raw", "general_encounter") }} as report
