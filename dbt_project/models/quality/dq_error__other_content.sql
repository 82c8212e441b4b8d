-- One row per finding: a withdrawal that says something else than what it withdraws
-- (error.entered-in-error.same-content).
{%- for noun in nouns_of_care() %}
    {%- set id = nouns()[noun].id %}
    select
        {{
            finding(
                "error.entered-in-error.same-content",
                noun,
                nouns()[noun].type,
                alias="error",
                related="version.submission_id",
                found_on="greatest(error.received_on, version.received_on)",
            )
        }}
    from {{ ref("int_" ~ noun ~ "__versions") }} as version
    inner join
        {{ ref("int_" ~ noun ~ "__reports") }} as error
        on error.submission_id = version.withdrawn_by_submission_id
        and error.municipality_code = version.municipality_code
        and error.{{ id }} = version.{{ id }}
        and error.last_updated_at = version.withdrawn_at
    where
        version.known_to_at is null and ({{ says_something_else(noun, "error", "version") }})
        {{ "union all" if not loop.last }}
{%- endfor %}
