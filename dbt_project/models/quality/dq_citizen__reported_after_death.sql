-- One row per finding: a resource that changed on a day after the one on which the citizen's death was reported
-- (citizen.deceased.reported).
with
    death as (
        select
            citizen_key,
            min({{ copenhagen_date("valid_from_at") }}) as died_on,
            arg_min(received_on, valid_from_at) as told_on
        from {{ ref("int_citizen__versions") }}
        where is_deceased and not is_entered_in_error and known_to_at is null
        group by citizen_key
    )

{% for noun in nouns_of_care() %}
    select
        {{
            finding(
                "citizen.deceased.reported",
                noun,
                nouns()[noun].type,
                found_on="greatest(version.received_on, death.told_on)",
            )
        }}
    from {{ ref("int_" ~ noun ~ "__versions") }} as version
    inner join death on death.citizen_key = version.citizen_key
    where version.known_to_at is null and {{ copenhagen_date("version.valid_from_at") }} > death.died_on
    -- The last change of each resource.
    qualify
        row_number() over (
            partition by version.municipality_code, version.{{ nouns()[noun].id }} order by version.version_number desc
        )
        = 1
        {{ "union all" if not loop.last }}
{% endfor %}
