-- One row per snapshot and completed nursing intervention (leveret indsats) that stands, of a citizen who counts.
select
    snapshot.snapshot_key,
    version.municipality_code,
    version.citizen_key,
    citizen.birth_on,
    citizen.sex_code,
    version.performed_on
from {{ ref("int_indicator__touched") }} as snapshot
inner join {{ ref("int_completed_intervention__versions") }} as version on {{ stands_in() }}
inner join
    {{ ref("int_indicator__citizen") }} as citizen
    on citizen.snapshot_key = snapshot.snapshot_key
    and citizen.citizen_key = version.citizen_key
inner join
    {{ ref("dim_fsiii_code") }} as concept
    on concept.fsiii_code = version.intervention_code
    and concept.service_group_code = 'NURS'
where version.status_code = 'completed' and version.performed_on < coalesce(citizen.died_on, version.performed_on + 1)
