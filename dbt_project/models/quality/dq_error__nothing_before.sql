-- One row per finding: a withdrawal of something that was never received (error.entered-in-error.exists).
{%- for noun in nouns() %}
    select {{ finding("error.entered-in-error.exists", noun, nouns()[noun].type ~ ".id") }}
    from {{ ref("int_" ~ noun ~ "__versions") }} as version
    where
        version.known_to_at is null
        and version.version_number = 1
        and version.withdrawn_by_submission_id = version.submission_id
        and version.valid_from_at = version.valid_to_at
        {{ "union all" if not loop.last }}
{%- endfor %}
