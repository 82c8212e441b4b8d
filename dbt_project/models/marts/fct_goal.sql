-- One row per version of a goal (mål) and belief about it: the level aimed at for a condition, from when to when.
select
    {{ version_key("goal", "goal_id") }} as goal_key,
    version.goal_id,
    version.municipality_code,
    version.sor_code,
    version.citizen_key,
    version.condition_id,
    version.lifecycle_status_code,
    version.category_code,
    version.description_code,
    version.target_measure_code,
    version.target_severity_code,
    version.reported_target_severity_code,
    severity_concept.severity_level as target_severity_level,
    version.start_on,
    if(
        version.lifecycle_status_code in ('completed', 'cancelled', 'rejected'),
        {{ copenhagen_date("version.closed_from_at") }},
        null
    ) as closed_on,
    version.is_current
    and version.lifecycle_status_code not in ('completed', 'cancelled', 'rejected')
    and not coalesce(citizen.is_reported_by_mistake, false) as is_active,
    {{ version_columns() }}
from {{ ref("int_goal__versions") }} as version
left join {{ ref("dim_citizen") }} as citizen on citizen.citizen_key = version.citizen_key
left join {{ ref("dim_fsiii_code") }} as severity_concept on severity_concept.fsiii_code = version.target_severity_code
