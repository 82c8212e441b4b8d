-- One row per received day: which load of it the tables of history hold, with which rules and code lists they were
-- made,
-- and when all rows were last tested. Made last: a build in which a test failed is taken up again by the next one.
select
    received_on,
    load_number,
    ({{ history_fingerprint() }}) as history_fingerprint,
    '{{ project_fingerprint() }}' as project_fingerprint,
    {{ all_tested_on() }} as all_tested_on
from
    {{ source("raw", "loads") }}
    -- depends_on: {{ ref('bridge_citizen_observation_condition') }}
    -- depends_on: {{ ref('bridge_completed_intervention_condition') }}
    -- depends_on: {{ ref('bridge_encounter_condition') }}
    -- depends_on: {{ ref('bridge_encounter_planned_intervention') }}
    -- depends_on: {{ ref('bridge_follow_up_condition') }}
    -- depends_on: {{ ref('bridge_follow_up_planned_intervention') }}
    -- depends_on: {{ ref('bridge_goal_condition') }}
    -- depends_on: {{ ref('bridge_planned_intervention_condition') }}
    -- depends_on: {{ ref('dim_citizen') }}
    -- depends_on: {{ ref('dim_date') }}
    -- depends_on: {{ ref('dim_fsiii_code') }}
    -- depends_on: {{ ref('dim_municipality') }}
    -- depends_on: {{ ref('dim_municipality_region') }}
    -- depends_on: {{ ref('fct_citizen_observation') }}
    -- depends_on: {{ ref('fct_completed_intervention') }}
    -- depends_on: {{ ref('fct_condition') }}
    -- depends_on: {{ ref('fct_encounter') }}
    -- depends_on: {{ ref('fct_finding') }}
    -- depends_on: {{ ref('fct_follow_up') }}
    -- depends_on: {{ ref('fct_goal') }}
    -- depends_on: {{ ref('fct_matter_of_interest') }}
    -- depends_on: {{ ref('fct_planned_intervention') }}
    -- depends_on: {{ ref('fct_submission') }}
    -- depends_on: {{ ref('dq_consistency_finding') }}
    -- depends_on: {{ ref('stg_findings') }}
