-- One row per version of a condition (FSIII-tilstand): what a municipality said about it, and from when to when it
-- said so.
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
    ),

    -- Versions closed one after another belong to one closing: they share the last active version before them.
    runs as (
        select
            *,
            max(version_number) filter (condition_state_code = 'active') over (
                partition by municipality_code, condition_id order by version_number
            ) as last_active_version_number
        from stated
    ),

    closings as (
        select
            *,
            condition_state_code in ('inactive', 'out_of_focus') as is_closed,
            min(valid_from_at) filter (condition_state_code in ('inactive', 'out_of_focus')) over (
                partition by municipality_code, condition_id, last_active_version_number
            ) as closed_at
        from runs
    )

select
    {{
        surrogate_key(
            "condition",
            ["version.municipality_code", "version.condition_id", "version.submission_id", "version.entry_index"],
        )
    }} as condition_key,
    version.condition_id,
    cast(version.version_number as integer) as version_number,
    version.municipality_code,
    reporter.sor_code,
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
    version.valid_from_at,
    version.valid_to_at,
    version.is_current,
    version.is_current
    and version.condition_state_code = 'active'
    and not coalesce(citizen.is_reported_by_mistake, false) as is_active,
    version.is_entered_in_error,
    version.withdrawn_at,
    version.withdrawn_by_submission_id,
    if(version.is_closed, {{ copenhagen_date("version.closed_at") }}, null) as closed_on,
    citizen.is_reported_by_mistake as is_citizen_reported_by_mistake,
    version.submission_id,
    version.received_at
from closings as version
left join {{ ref("stg_citizen") }} as reporter on reporter.submission_id = version.submission_id
left join {{ ref("dim_citizen") }} as citizen on citizen.citizen_key = version.citizen_key
left join {{ ref("dim_fsiii_code") }} as condition_concept on condition_concept.fsiii_code = version.condition_code
left join {{ ref("dim_fsiii_code") }} as severity_concept on severity_concept.fsiii_code = version.severity_code
