-- One row per version of a condition (FSIII-tilstand) and belief about it: what a municipality said, from when to when
-- that held, and from when to when we knew it so.
with
    stated as (
        select
            *,
            case
                when is_entered_in_error
                then 'entered_in_error'
                when clinical_status_code in ('inactive', 'remission', 'resolved')
                then 'inactive'
                when not is_problem_list_item
                then 'out_of_focus'
                else 'active'
            end as condition_state_code
        from {{ ref("int_condition__versions") }}
    )

select
    {{ version_key("condition", "condition_id") }} as condition_key,
    version.condition_id,
    version.municipality_code,
    version.sor_code,
    version.citizen_key,
    version.condition_code,
    version.reported_code,
    condition_concept.display as condition_display,
    condition_concept.care_domain_code,
    version.severity_code,
    severity_concept.severity_level,
    version.clinical_status_code,
    coalesce(version.verification_status_code, 'confirmed') as verification_status_code,
    version.is_problem_list_item as is_in_focus,
    version.condition_state_code,
    version.recorded_on,
    if(
        version.condition_state_code in ('inactive', 'out_of_focus'),
        {{ copenhagen_date("version.closed_from_at") }},
        null
    ) as closed_on,
    version.is_current
    and version.condition_state_code = 'active'
    and not coalesce(citizen.is_reported_by_mistake, false) as is_active,
    {{ version_columns() }}
from stated as version
left join {{ ref("dim_citizen") }} as citizen on citizen.citizen_key = version.citizen_key
left join {{ ref("dim_fsiii_code") }} as condition_concept on condition_concept.fsiii_code = version.condition_code
left join {{ ref("dim_fsiii_code") }} as severity_concept on severity_concept.fsiii_code = version.severity_code
