-- One row per finding: a code that our code lists do not hold (terminology.code.unknown).
{%- set codes = [
    ("condition", "condition_code", "Condition.code"),
    ("condition", "severity_code", "Condition.severity"),
    ("planned_intervention", "intervention_code", "CarePlan.activity[0].detail.code"),
    ("completed_intervention", "intervention_code", "Procedure.code"),
    ("goal", "target_severity_code", "Goal.target[0].detail"),
    ("follow_up", "result_code", "Observation.value"),
    ("citizen_observation", "observation_code", "Observation.code"),
    ("citizen_observation", "result_code", "Observation.value"),
    ("matter_of_interest", "area_code", "Observation.code"),
    ("matter_of_interest", "result_code", "Observation.value"),
] %}
{%- for noun, code, expression in codes %}
    select {{ finding("terminology.code.unknown", noun, expression) }}
    from {{ ref("int_" ~ noun ~ "__versions") }} as version
    anti join {{ ref("dim_fsiii_code") }} as listed on listed.fsiii_code = version.{{ code }}
    where
        version.known_to_at is null and version.{{ code }} is not null and version.is_newest
        {{ "union all" if not loop.last }}
{%- endfor %}
