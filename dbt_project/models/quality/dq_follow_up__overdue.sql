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

    overdue as (
        select
            encounter.encounter_key,
            count(condition.condition_id) > 0
            and coalesce(bool_and(assessed.assessed_on < encounter.started_on), true) as is_overdue
        from {{ ref("fct_encounter") }} as encounter
        cross join today
        inner join
            {{ ref("bridge_encounter_condition") }} as link
            on link.municipality_code = encounter.municipality_code
            and link.encounter_id = encounter.encounter_id
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
        where
            encounter.is_planned
            and encounter.encounter_kind_code = 'follow_up'
            and encounter.started_on < today.today_on
        group by encounter.encounter_key
    )

select {{ finding("followUp.overdue", "encounter", "Encounter.period.start", found_on="version.started_on + 1") }}
from {{ ref("fct_encounter") }} as version
inner join overdue on overdue.encounter_key = version.encounter_key and overdue.is_overdue
where version.is_planned
