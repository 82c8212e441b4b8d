{#
Findings of resources that stand and point at one that does not. state: `withdrawn` or `never_reported`; one per resource and element.
#}
{% macro dangling(rule_id, state) %}
    {%- set links = [
        (
            "bridge_planned_intervention_condition",
            "planned_intervention",
            "CarePlan.activity.detail.reasonReference",
        ),
        ("bridge_completed_intervention_condition", "completed_intervention", "Procedure.reasonReference"),
        ("bridge_goal_condition", "goal", "Goal.addresses"),
        ("bridge_follow_up_condition", "follow_up", "Observation.focus"),
        ("bridge_follow_up_planned_intervention", "follow_up", "Observation.focus"),
        ("bridge_citizen_observation_condition", "citizen_observation", "Observation.focus"),
        ("bridge_encounter_condition", "encounter", "Encounter.reasonReference"),
        ("bridge_encounter_condition", "condition", "Condition.extension"),
        ("bridge_encounter_planned_intervention", "encounter", "Encounter.extension"),
        ("bridge_encounter_planned_intervention", "planned_intervention", "CarePlan.extension"),
    ] %}
    {%- for bridge, noun, expression in links %}
        {%- set told = nouns()[noun] %}
        select
            '{{ rule_id }}' as rule_id,
            version.municipality_code,
            any_value(version.citizen_key) as citizen_key,
            '{{ told.type }}' as resource_type_code,
            version.{{ told.id }} as resource_id,
            '{{ expression }}' as expression,
            any_value(version.submission_id) as submission_id,
            cast(null as varchar) as related_submission_id,
            max(
                {{
                    copenhagen_date(
                        "greatest(version.received_at, coalesce(version.target_known_from_at, version.received_at))"
                    )
                }}
            ) as found_on
        from {{ ref(bridge) }} as version
        where
            version.is_current
            and version.target_state_code = '{{ state }}'
            and version.stated_by_code = '{{ expression }}'
        group by version.municipality_code, version.{{ told.id }} {{ "union all" if not loop.last }}
    {%- endfor %}
{% endmacro %}
