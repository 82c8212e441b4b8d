-- One row per snapshot and condition (FSIII-tilstand) that stands, of a citizen who counts.
select
    snapshot.snapshot_key,
    version.municipality_code,
    version.citizen_key,
    citizen.birth_on,
    citizen.sex_code,
    citizen.died_on,
    version.condition_id,
    version.condition_code,
    concept.display as condition_display,
    concept.legacy_code,
    concept.code_group_code,
    concept.parent_legacy_code as area_code,
    concept.care_domain_code,
    severity.severity_level,
    version.recorded_on,
    {{ copenhagen_date("version.closed_from_at") }} as closed_on,
    -- The last day on which it goes on: the day before it was closed, or before its citizen was reported dead.
    least({{ copenhagen_date("version.closed_from_at") }}, citizen.died_on) - 1 as active_to_on,
    {{ copenhagen_date("version.valid_from_at") }} as updated_on
from {{ ref("int_indicator__touched") }} as snapshot
inner join {{ ref("int_condition__versions") }} as version on {{ stands_in() }}
inner join
    {{ ref("int_indicator__citizen") }} as citizen
    on citizen.snapshot_key = snapshot.snapshot_key
    and citizen.citizen_key = version.citizen_key
left join {{ ref("dim_fsiii_code") }} as concept on concept.fsiii_code = version.condition_code
left join {{ ref("dim_fsiii_code") }} as severity on severity.fsiii_code = version.severity_code
where version.recorded_on is not null
