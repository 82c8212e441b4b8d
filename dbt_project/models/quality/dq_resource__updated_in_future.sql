-- One row per finding: a resource that says it was last updated more than a day after we received it
-- (resource.lastUpdated.future).
{%- for noun in nouns() %}
    select {{ finding("resource.lastUpdated.future", noun, nouns()[noun].type ~ ".meta.lastUpdated") }}
    from {{ ref("int_" ~ noun ~ "__versions") }} as version
    where
        version.known_to_at is null and version.valid_from_at > version.received_at + interval 1 day
        {{ "union all" if not loop.last }}
{%- endfor %}
