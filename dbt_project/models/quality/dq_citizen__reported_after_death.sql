-- One row per finding: a resource that changed on a day after the one on which the citizen's death was reported
-- (citizen.deceased.reported).
with
    told as (
        select
            citizen_key,
            min({{ copenhagen_date("valid_from_at") }}) as died_on,
            arg_min(received_on, valid_from_at) as told_on
        from {{ ref("int_citizen__versions") }}
        where is_deceased and not is_entered_in_error and known_to_at is null
        group by citizen_key
    ),

    -- The end of the day of death, in UTC: one time of each of the dead, not a Danish day of each version of everybody.
    death as (
        select
            citizen_key,
            told_on,
            cast(died_on + 1 as timestamp) at time zone 'Europe/Copenhagen' at time zone 'UTC' as day_over_at
        from told
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
    where version.known_to_at is null and version.valid_from_at >= death.day_over_at
    -- The last change of each resource.
    qualify
        row_number() over (
            partition by version.municipality_code, version.{{ nouns()[noun].id }} order by version.version_number desc
        )
        = 1
        {{ "union all" if not loop.last }}
{% endfor %}
