-- One row per received day: which load of it the tables of history hold, and with which rules and code lists. Made
-- last.
select received_on, load_number, ({{ history_fingerprint() }}) as history_fingerprint
from
    {{ source("raw", "loads") }}
    -- depends_on: {{ ref('int_citizen__versions') }}
    -- depends_on: {{ ref('int_citizen_observation__versions') }}
    -- depends_on: {{ ref('int_completed_intervention__versions') }}
    -- depends_on: {{ ref('int_condition__versions') }}
    -- depends_on: {{ ref('int_encounter__versions') }}
    -- depends_on: {{ ref('int_follow_up__versions') }}
    -- depends_on: {{ ref('int_goal__versions') }}
    -- depends_on: {{ ref('int_matter_of_interest__versions') }}
    -- depends_on: {{ ref('dim_citizen') }}
    -- depends_on: {{ ref('int_planned_intervention__versions') }}
