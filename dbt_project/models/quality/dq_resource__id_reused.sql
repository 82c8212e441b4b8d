-- One row per finding: a resource whose id was used before for another citizen, or in another municipality
-- (resource.id.globally-unique).
{%- for noun in nouns() %}
    {%- set told = nouns()[noun] %}
    {{
        pair_finding(
            "resource.id.globally-unique",
            noun,
            told.type ~ ".id",
            "version.citizen_key is distinct from before.citizen_key",
            of_one_citizen=false,
        )
    }}

    union all

    -- The first report of the id in each municipality but the one where it came first.
    select {{ finding("resource.id.globally-unique", noun, told.type ~ ".id", related="version.first_submission_id") }}
    from
        (
            select
                *,
                first_value(submission_id) over everywhere as first_submission_id,
                first_value(municipality_code) over everywhere as first_municipality_code,
                row_number() over here as number_here
            from {{ ref("int_" ~ noun ~ "__reports") }}
            semi join
                (
                    select {{ told.id }}
                    from {{ ref("int_" ~ noun ~ "__reports") }}
                    group by {{ told.id }}
                    having min(municipality_code) != max(municipality_code)
                ) as shared using ({{ told.id }})
            window
                everywhere as (partition by {{ told.id }} order by receipt_sequence, bundle_id, entry_index),
                here as (
                    partition by {{ told.id }}, municipality_code order by receipt_sequence, bundle_id, entry_index
                )
        ) as version
    where
        version.municipality_code != version.first_municipality_code and version.number_here = 1
        {{ "union all" if not loop.last }}
{%- endfor %}
