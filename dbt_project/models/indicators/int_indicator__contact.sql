-- One row per snapshot and encounter (kontakt) that stands, of a citizen who counts; with the day that it was last
-- planned for.
with
    stands as (
        select
            snapshot.snapshot_key,
            version.municipality_code,
            version.citizen_key,
            citizen.birth_on,
            citizen.sex_code,
            citizen.died_on,
            version.encounter_id,
            version.profile_code,
            case
                when list_contains(version.type_codes, '9f03dfbb-7a97-45a5-94db-d4c3501714a9')
                then 'follow_up'
                when list_contains(version.type_codes, '784275f1-6822-4a88-b361-d958007d5253')
                then 'delivery'
                else 'other'
            end as encounter_kind_code,
            version.status_code,
            version.class_code,
            version.started_on,
            version.condition_ids,
            version.planned_intervention_ids
        from {{ ref("int_indicator__touched") }} as snapshot
        inner join {{ ref("int_encounter__versions") }} as version on {{ stands_in() }}
        inner join
            {{ ref("int_indicator__citizen") }} as citizen
            on citizen.snapshot_key = snapshot.snapshot_key
            and citizen.citizen_key = version.citizen_key
    ),

    planned as (
        select
            snapshot.snapshot_key,
            version.municipality_code,
            version.encounter_id,
            arg_max(version.started_on, version.version_number) as planned_on
        from {{ ref("int_indicator__touched") }} as snapshot
        inner join
            {{ ref("int_encounter__versions") }} as version
            on {{ believed_in() }}
            and not version.is_entered_in_error
            and version.valid_from_at < snapshot.valid_at
        where version.status_code = 'planned'
        group by all
    )

select stands.*, planned.planned_on
from stands
left join
    planned
    on planned.snapshot_key = stands.snapshot_key
    and planned.municipality_code = stands.municipality_code
    and planned.encounter_id = stands.encounter_id
