-- One row per finding: a resource that stands, of a citizen who should never have been reported (error.wrong-cpr).
{%- for noun in nouns_of_care() %}
    select
        {{
            finding(
                "error.wrong-cpr",
                noun,
                nouns()[noun].type,
                related="citizen.submission_id",
                found_on="greatest(version.received_on, " ~ copenhagen_date("citizen.received_at") ~ ")",
            )
        }}
    from {{ ref("int_" ~ noun ~ "__versions") }} as version
    inner join
        {{ ref("dim_citizen") }} as citizen
        on citizen.citizen_key = version.citizen_key
        and citizen.is_reported_by_mistake
    where version.is_current {{ "union all" if not loop.last }}
{%- endfor %}
