-- One row per version of a planned intervention (planlagt indsats): what was granted, and from when to when that was
-- said.
select
    {{
        surrogate_key(
            "planned_intervention",
            [
                "version.municipality_code",
                "version.planned_intervention_id",
                "version.submission_id",
                "version.entry_index",
            ],
        )
    }} as planned_intervention_key,
    version.planned_intervention_id,
    cast(version.version_number as integer) as version_number,
    version.municipality_code,
    reporter.sor_code,
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
    version.valid_from_at,
    version.valid_to_at,
    version.is_current,
    version.is_current
    and version.status_code = 'active'
    and not coalesce(citizen.is_reported_by_mistake, false) as is_active,
    version.is_entered_in_error,
    version.withdrawn_at,
    version.withdrawn_by_submission_id,
    citizen.is_reported_by_mistake as is_citizen_reported_by_mistake,
    version.submission_id,
    version.received_at
from {{ ref("int_planned_intervention__versions") }} as version
left join {{ ref("stg_citizen") }} as reporter on reporter.submission_id = version.submission_id
left join {{ ref("dim_citizen") }} as citizen on citizen.citizen_key = version.citizen_key
left join {{ ref("dim_fsiii_code") }} as concept on concept.fsiii_code = version.intervention_code
