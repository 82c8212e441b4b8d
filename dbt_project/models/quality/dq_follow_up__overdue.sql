-- One row per finding: a planned follow-up whose date has passed with nothing reported of its conditions since
-- (followUp.overdue).
with
    -- The last day of which we can know what was reported.
    today as (select max(received_on) as today_on from {{ ref("stg_submissions") }} where state_code = 'accepted'),

    assessed as (
        select link.municipality_code, link.condition_id, max(result.effective_on) as assessed_on
        from {{ ref("fct_follow_up") }} as result
        inner join
            {{ ref("bridge_follow_up_condition") }} as link
            on link.municipality_code = result.municipality_code
            and link.follow_up_observation_id = result.follow_up_observation_id
            and link.is_current
        where result.is_current
        group by link.municipality_code, link.condition_id
    ),

    planned as (
        select encounter.municipality_code, encounter.encounter_id, encounter.started_on
        from {{ ref("fct_encounter") }} as encounter
        cross join today
        where
            encounter.is_current
            and encounter.is_planned
            and encounter.encounter_kind_code = 'follow_up'
            and encounter.started_on < today.today_on
    ),

    overdue as (
        select planned.municipality_code, planned.encounter_id
        from planned
        inner join
            {{ ref("bridge_encounter_condition") }} as link
            on link.municipality_code = planned.municipality_code
            and link.encounter_id = planned.encounter_id
            and link.is_current
        left join
            {{ ref("fct_condition") }} as condition
            on condition.municipality_code = link.municipality_code
            and condition.condition_id = link.condition_id
            and condition.is_active
            and condition.citizen_key not in (select citizen_key from {{ ref("dim_citizen") }} where is_deceased)
        left join
            assessed
            on assessed.municipality_code = link.municipality_code
            and assessed.condition_id = link.condition_id
        group by planned.municipality_code, planned.encounter_id
        having count(condition.condition_id) > 0 and coalesce(bool_and(assessed.assessed_on < planned.started_on), true)
    )

select {{ finding("followUp.overdue", "encounter", "Encounter.period.start", found_on="version.started_on + 1") }}
from {{ ref("fct_encounter") }} as version
semi join
    overdue on overdue.municipality_code = version.municipality_code and overdue.encounter_id = version.encounter_id
where version.is_current and version.is_planned
