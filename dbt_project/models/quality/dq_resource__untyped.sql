-- One row per finding: a resource without what history is built on (resource.row.untyped). Staging puts something in
-- its
-- place (the time of the report, an id or a hash of our own), so that it is kept.
{%- set needed = {
    "condition": ["condition_code"],
    "planned_intervention": ["status_code", "intervention_code"],
    "completed_intervention": ["status_code", "intervention_code"],
    "goal": ["lifecycle_status_code"],
    "follow_up": ["status_code"],
    "encounter": ["status_code"],
    "citizen_observation": ["status_code", "observation_code"],
    "matter_of_interest": ["status_code", "area_code"],
    "citizen": [],
} %}
{%- for noun in nouns() %}
    select {{ finding("resource.row.untyped", noun, nouns()[noun].type) }}
    from {{ ref("int_" ~ noun ~ "__versions") }} as version
    where
        version.known_to_at is null
        and (
            version.has_last_updated is null
            or starts_with(version.{{ nouns()[noun].id }}, 'without-id-')
            or starts_with(version.content_hash, 'without-hash-')
            {%- for column in needed[noun] %} or version.{{ column }} is null {%- endfor %}
        )
        {{ "union all" if not loop.last }}
{%- endfor %}
