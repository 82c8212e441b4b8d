-- One row per snapshot and goal (mål) that stands and aims at a level, of a citizen who counts.
select
    snapshot.snapshot_key,
    version.municipality_code,
    version.citizen_key,
    citizen.birth_on,
    citizen.sex_code,
    version.goal_id,
    version.condition_id,
    version.start_on,
    severity.severity_level as target_level,
    least(
        if(
            version.lifecycle_status_code in ('completed', 'cancelled', 'rejected'),
            {{ copenhagen_date("version.closed_from_at") }},
            null
        ),
        citizen.died_on
    )
    - 1 as active_to_on
from {{ ref("int_indicator__touched") }} as snapshot
inner join {{ ref("int_goal__versions") }} as version on {{ stands_in() }}
inner join
    {{ ref("int_indicator__citizen") }} as citizen
    on citizen.snapshot_key = snapshot.snapshot_key
    and citizen.citizen_key = version.citizen_key
inner join {{ ref("dim_fsiii_code") }} as severity on severity.fsiii_code = version.target_severity_code
where severity.severity_level between 0 and 4 and version.start_on is not null
