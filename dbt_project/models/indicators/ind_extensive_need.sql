-- One row per cell of A10: home-care citizens aged 65 and above with level 3-4 in two or more active self-care
{{ config(materialized="view") }}
-- conditions, of those with a level in one.
with
    person as (
        select
            recipient.snapshot_key,
            recipient.period_kind_code,
            recipient.period_start_on,
            recipient.period_end_on,
            recipient.municipality_code,
            recipient.age_from,
            recipient.sex_code,
            recipient.citizen_key,
            count(*) filter (condition.severity_level >= 3) as severe_count
        from {{ ref("int_indicator__recipient") }} as recipient
        inner join
            {{ ref("int_indicator__condition") }} as condition
            on condition.snapshot_key = recipient.snapshot_key
            and condition.citizen_key = recipient.citizen_key
            and condition.area_code = 'J1'
            and condition.severity_level between 0 and 4
            and {{
                touches(
                    "condition.recorded_on",
                    "condition.active_to_on",
                    "recipient.period_end_on",
                    "recipient.period_end_on",
                )
            }}
        where recipient.period_kind_code = 'quarter' and recipient.has_home_care and recipient.age >= 65
        group by all
    )

select
    {{
        cell(
            "'A10'",
            "count(*) filter (counted.severe_count >= 2)",
            "count(*)",
            age="counted.age_from",
            sex="counted.sex_code",
            citizens="count(*)",
        )
    }}
from person as counted
group by all
