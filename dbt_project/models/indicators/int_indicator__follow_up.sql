-- One row per snapshot and result of a follow-up (opfølgning) that stands and is final, of a citizen who counts.
select
    snapshot.snapshot_key,
    version.municipality_code,
    version.citizen_key,
    citizen.birth_on,
    citizen.sex_code,
    version.follow_up_observation_id,
    concept.legacy_code as result_legacy_code,
    version.effective_on,
    version.condition_ids
from {{ ref("int_indicator__touched") }} as snapshot
inner join {{ ref("int_follow_up__versions") }} as version on {{ stands_in() }}
inner join
    {{ ref("int_indicator__citizen") }} as citizen
    on citizen.snapshot_key = snapshot.snapshot_key
    and citizen.citizen_key = version.citizen_key
left join {{ ref("dim_fsiii_code") }} as concept on concept.fsiii_code = version.result_code
where version.status_code = 'final' and version.effective_on is not null
