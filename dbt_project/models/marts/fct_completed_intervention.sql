-- One row per version of a completed intervention (leveret indsats) and belief about it: what was done, and on which
-- day.
select
    {{ version_key("completed_intervention", "completed_intervention_id") }} as completed_intervention_key,
    version.completed_intervention_id,
    version.municipality_code,
    version.sor_code,
    version.citizen_key,
    version.intervention_code,
    version.reported_code,
    concept.display as intervention_display,
    concept.care_domain_code,
    version.local_code,
    version.local_display,
    version.status_code,
    version.performed_on,
    version.performed_at,
    version.performed_precision_code,
    version.condition_ids,
    {{ version_columns() }}
from {{ ref("int_completed_intervention__versions") }} as version
left join {{ ref("dim_citizen") }} as citizen on citizen.citizen_key = version.citizen_key
left join {{ ref("dim_fsiii_code") }} as concept on concept.fsiii_code = version.intervention_code
