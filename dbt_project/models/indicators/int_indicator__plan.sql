-- One row per snapshot and planned intervention (planlagt indsats) that stands and was not cancelled, of a citizen who
-- counts.
select
    snapshot.snapshot_key,
    snapshot.month_end_on,
    version.municipality_code,
    version.citizen_key,
    citizen.birth_on,
    citizen.sex_code,
    citizen.died_on,
    version.planned_intervention_id,
    version.intervention_code,
    concept.display as intervention_display,
    concept.code_group_code,
    concept.service_group_code,
    coalesce(concept.service_group_code in ('PERS', 'PRAK'), false) as is_care,
    coalesce(concept.service_group_code = 'NURS', false) as is_nursing,
    coalesce(concept.legacy_code like 'H2.%', false) as is_rehabilitation,
    coalesce(concept.parent_legacy_code = 'Aeldrelovsindsats', false) as is_elderly_act,
    version.local_code is not null as has_local_code,
    version.granted_on,
    version.ended_on,
    -- The last day on which it goes on: its end, or the day before the one on which the death was reported.
    least(version.ended_on, citizen.died_on - 1) as active_to_on,
    len(version.condition_ids) as condition_count,
    version.condition_ids,
    {{ copenhagen_date("version.valid_from_at") }} as updated_on
from {{ ref("int_indicator__touched") }} as snapshot
inner join {{ ref("int_planned_intervention__versions") }} as version on {{ stands_in() }}
inner join
    {{ ref("int_indicator__citizen") }} as citizen
    on citizen.snapshot_key = snapshot.snapshot_key
    and citizen.citizen_key = version.citizen_key
left join {{ ref("dim_fsiii_code") }} as concept on concept.fsiii_code = version.intervention_code
where version.status_code != 'revoked' and version.granted_on is not null
