-- One row per version of a planned intervention (planlagt indsats) and belief about it: what was granted, from when to
-- when that held, and from when to when we knew it so.
select
    {{ version_key("planned_intervention", "planned_intervention_id") }} as planned_intervention_key,
    version.planned_intervention_id,
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
    version.activity_status_code,
    version.granted_on,
    version.ended_on,
    version.status_code = 'completed' as is_end_actual,
    version.condition_ids,
    version.delivery_type_codes,
    version.is_current
    and version.status_code = 'active'
    and not coalesce(citizen.is_reported_by_mistake, false) as is_active,
    {{ version_columns() }}
from {{ ref("int_planned_intervention__versions") }} as version
left join {{ ref("dim_citizen") }} as citizen on citizen.citizen_key = version.citizen_key
left join {{ ref("dim_fsiii_code") }} as concept on concept.fsiii_code = version.intervention_code
