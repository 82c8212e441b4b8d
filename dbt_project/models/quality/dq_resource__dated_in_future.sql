-- One row per finding: a resource that tells of something on a day after the one on which it was received, or that
-- plans for
-- more than ten years ahead (resource.date.future).
{%- set dates = [
    ("condition", "recorded_on", "Condition.recordedDate", "0 day"),
    ("completed_intervention", "performed_on", "Procedure.performed", "0 day"),
    ("follow_up", "effective_on", "Observation.effective", "0 day"),
    ("citizen_observation", "effective_on", "Observation.effective", "0 day"),
    ("matter_of_interest", "effective_on", "Observation.effective", "0 day"),
    ("planned_intervention", "granted_on", "CarePlan.period.start", "10 year"),
    ("planned_intervention", "ended_on", "CarePlan.period.end", "10 year"),
    ("goal", "start_on", "Goal.start", "10 year"),
    ("encounter", "started_on", "Encounter.period.start", "10 year"),
    ("encounter", "ended_on", "Encounter.period.end", "10 year"),
] %}
-- Ten years: longer than anything is granted or planned for (2026-11-25).
{%- for noun, day, expression, ahead in dates %}
    select {{ finding("resource.date.future", noun, expression) }}
    from {{ ref("int_" ~ noun ~ "__versions") }} as version
    where
        version.known_to_at is null and version.{{ day }} > version.received_on + interval {{ ahead }}
        {{ "union all" if not loop.last }}
{%- endfor %}
