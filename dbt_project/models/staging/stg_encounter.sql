-- One row per report of an encounter of the old style (kontakt, CareEncounter): each time a submission carried it.
select
    {{ envelope("report") }},
    {{ own_id("report") }} as encounter_id,
    report.status_code,
    report.class_code,
    report.type_code,
    report.period_start_on as started_on,
    report.period_start_at as started_at,
    report.period_start_precision as started_precision_code
from {{ source("raw", "encounter") }} as report
