-- One row per version of a follow-up's result (opfølgning) and belief about it: what was concluded, on which day.
select
    {{ version_key("follow_up", "follow_up_observation_id") }} as follow_up_key,
    version.follow_up_observation_id,
    version.municipality_code,
    version.sor_code,
    version.citizen_key,
    version.status_code,
    version.result_code,
    version.reported_result_code,
    concept.display as result_display,
    version.effective_on,
    version.effective_at,
    version.effective_precision_code,
    version.condition_ids,
    version.planned_intervention_ids,
    {{ version_columns() }}
from {{ ref("int_follow_up__versions") }} as version
left join {{ ref("dim_citizen") }} as citizen on citizen.citizen_key = version.citizen_key
left join {{ ref("dim_fsiii_code") }} as concept on concept.fsiii_code = version.result_code
