-- One row per version of an encounter (kontakt) and belief about it: a planned follow-up (opfølgning), or the
-- delivery of
-- an intervention (udførelse af planlagt indsats), reported with either profile.
with
    typed as (
        select
            *,
            case
                when list_contains(type_codes, '9f03dfbb-7a97-45a5-94db-d4c3501714a9')
                then 'follow_up'
                when list_contains(type_codes, '784275f1-6822-4a88-b361-d958007d5253')
                then 'delivery'
                else 'other'
            end as encounter_kind_code
        from {{ ref("int_encounter__versions") }}
    )

select
    {{ version_key("encounter", "encounter_id") }} as encounter_key,
    version.encounter_id,
    version.municipality_code,
    version.sor_code,
    version.citizen_key,
    version.profile_code,
    version.encounter_kind_code,
    version.status_code,
    version.class_code,
    concept.display as class_display,
    version.started_on,
    version.started_at,
    version.started_precision_code,
    version.ended_on,
    version.ended_at,
    version.ended_precision_code,
    version.condition_ids,
    version.planned_intervention_ids,
    version.is_current
    and version.status_code = 'planned'
    and not coalesce(citizen.is_reported_by_mistake, false) as is_planned,
    {{ version_columns() }}
from typed as version
left join {{ ref("dim_citizen") }} as citizen on citizen.citizen_key = version.citizen_key
left join {{ ref("dim_fsiii_code") }} as concept on concept.fsiii_code = version.class_code
