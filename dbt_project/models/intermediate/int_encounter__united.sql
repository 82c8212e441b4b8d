-- One row per report of an encounter (kontakt), whichever profile it was reported with: the id tells the encounter.
{{ config(materialized="view") }}
select
    {{ envelope("report", of_raw=false) }},
    'care-encounter' as profile_code,
    report.encounter_id,
    report.status_code,
    report.class_code,
    [report.type_code] as type_codes,
    report.started_on,
    report.started_at,
    report.started_precision_code,
    cast(null as date) as ended_on,
    cast(null as timestamp) as ended_at,
    cast(null as varchar) as ended_precision_code,
    cast([] as varchar[]) as condition_ids,
    cast([] as varchar[]) as planned_intervention_ids
from {{ ref("stg_encounter") }} as report

union all

select
    {{ envelope("report", of_raw=false) }},
    'care-general-encounter' as profile_code,
    report.general_encounter_id as encounter_id,
    report.status_code,
    report.class_code,
    report.type_codes,
    report.started_on,
    report.started_at,
    report.started_precision_code,
    report.ended_on,
    report.ended_at,
    report.ended_precision_code,
    report.condition_ids,
    report.planned_intervention_ids
from {{ ref("stg_general_encounter") }} as report
