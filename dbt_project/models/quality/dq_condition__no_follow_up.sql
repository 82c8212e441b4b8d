-- One row per finding: an active condition that no planned follow-up points at (condition.followup.planned).
select
    {{
        finding(
            "condition.followup.planned", "condition", "Condition", found_on=copenhagen_date("version.received_at")
        )
    }}
from {{ ref("fct_condition") }} as version
inner join {{ ref("dim_citizen") }} as citizen on citizen.citizen_key = version.citizen_key and not citizen.is_deceased
anti join
    (
        select link.municipality_code, link.condition_id
        from {{ ref("bridge_encounter_condition") }} as link
        inner join
            {{ ref("fct_encounter") }} as encounter
            on encounter.municipality_code = link.municipality_code
            and encounter.encounter_id = link.encounter_id
        where
            link.is_current
            and encounter.is_current
            and encounter.is_planned
            and encounter.encounter_kind_code = 'follow_up'
    ) as planned
    on planned.municipality_code = version.municipality_code
    and planned.condition_id = version.condition_id
where version.is_active
