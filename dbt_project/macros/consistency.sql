{#
What the consistency rules need to know of a noun: FHIR type, id column, and what an update of it says besides its status.
#}
{% macro nouns() -%}
    {{
        return(
            {
                "condition": {
                    "type": "Condition",
                    "id": "condition_id",
                    "content": [
                        "condition_code",
                        "severity_code",
                        "recorded_on",
                        "recorded_at",
                        "is_problem_list_item",
                        "follow_up_encounter_id",
                    ],
                },
                "planned_intervention": {
                    "type": "CarePlan",
                    "id": "planned_intervention_id",
                    "content": [
                        "intervention_code",
                        "local_code",
                        "granted_on",
                        "ended_on",
                        "condition_ids",
                        "delivery_type_codes",
                        "follow_up_encounter_id",
                    ],
                },
                "completed_intervention": {
                    "type": "Procedure",
                    "id": "completed_intervention_id",
                    "content": ["intervention_code", "local_code", "performed_on", "performed_at", "condition_ids"],
                },
                "goal": {
                    "type": "Goal",
                    "id": "goal_id",
                    "content": [
                        "category_code",
                        "description_code",
                        "start_on",
                        "target_measure_code",
                        "target_severity_code",
                        "condition_id",
                    ],
                },
                "follow_up": {
                    "type": "Observation",
                    "id": "follow_up_observation_id",
                    "content": [
                        "result_code",
                        "effective_on",
                        "effective_at",
                        "condition_ids",
                        "planned_intervention_ids",
                    ],
                },
                "encounter": {
                    "type": "Encounter",
                    "id": "encounter_id",
                    "content": [
                        "class_code",
                        "type_codes",
                        "started_on",
                        "started_at",
                        "ended_on",
                        "ended_at",
                        "condition_ids",
                        "planned_intervention_ids",
                    ],
                },
                "citizen_observation": {
                    "type": "Observation",
                    "id": "citizens_own_observation_id",
                    "content": [
                        "observation_code",
                        "result_code",
                        "effective_on",
                        "effective_at",
                        "condition_ids",
                        "matter_of_interest_observation_ids",
                    ],
                },
                "matter_of_interest": {
                    "type": "Observation",
                    "id": "matter_of_interest_observation_id",
                    "content": [
                        "area_code",
                        "result_code",
                        "effective_on",
                        "effective_at",
                        "at_risk_condition_codes",
                    ],
                },
                "citizen": {"type": "Patient", "id": "patient_id", "content": ["is_deceased", "sor_code"]},
            }
        )
    }}
{%- endmacro %}

{# Every noun but the citizen. #}
{% macro nouns_of_care() -%} {{ return(nouns().keys() | reject("equalto", "citizen") | list) }} {%- endmacro %}

{# The columns of a finding. alias: the version that shows the fault; related: the submission it is compared with. #}
{% macro finding(rule_id, noun, expression, alias="version", related="cast(null as varchar)", found_on=none) -%}
    {%- set told = nouns()[noun] -%}
    '{{ rule_id }}' as rule_id,
    {{ alias }}.municipality_code,
    {{ alias }}.citizen_key,
    '{{ told.type }}' as resource_type_code,
    {{ alias }}.{{ told.id }} as resource_id,
    '{{ expression }}' as expression,
    {{ alias }}.submission_id,
    {{ related }} as related_submission_id,
    {{ found_on or alias ~ ".received_on" }} as found_on
{%- endmacro %}

{#
Two versions that follow each other, by what is known now, and do not go together. condition: SQL over `version` and `before`.
An id used for another citizen is a fault of its own: what else differs then is none. of_one_citizen: false asks for that one.
#}
{% macro pair_finding(rule_id, noun, expression, condition, of_one_citizen=true) %}
    {%- set told = nouns()[noun] %}
    select
        {{
            finding(
                rule_id,
                noun,
                expression,
                related="before.submission_id",
                found_on="greatest(version.received_on, before.received_on)",
            )
        }}
    from {{ ref("int_" ~ noun ~ "__versions") }} as version
    inner join
        {{ ref("int_" ~ noun ~ "__versions") }} as before
        on before.municipality_code = version.municipality_code
        and before.{{ told.id }} = version.{{ told.id }}
        and before.version_number = version.version_number - 1
        and before.known_to_at is null
        {%- if of_one_citizen %} and before.citizen_key is not distinct from version.citizen_key {%- endif %}
    where version.known_to_at is null and version.version_number > 1 and ({{ condition }})
{% endmacro %}

{# A SQL condition: two rows of a noun differ in something that is not their status. #}
{% macro says_something_else(noun, one="version", other="before") -%}
    {%- for column in nouns()[noun].content %}
        {{ one }}.{{ column }} is distinct from {{ other }}.{{ column }}{{ " or" if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# "union all" between the parts made for several nouns. #}
{% macro united(parts) -%} {{ parts | join("\n\nunion all\n\n") }} {%- endmacro %}
