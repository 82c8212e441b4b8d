-- One row per cell of A22: nursing citizens aged 80 and above with a problem of nutrition in the month, not overweight.
{{ config(materialized="view") }}
select
    {{
        cell(
            "'A22'",
            "count(*) filter (counted.has_problem)",
            "count(*)",
            age="counted.age_from",
            sex="counted.sex_code",
            citizens="count(*)",
        )
    }}
from
    (
        select
            recipient.*,
            exists (
                select 1
                from {{ ref("int_indicator__condition") }} as problem
                where
                    problem.snapshot_key = recipient.snapshot_key
                    and problem.citizen_key = recipient.citizen_key
                    and problem.area_code = 'I3'
                    and problem.legacy_code != 'I3.4'
                    and {{
                        touches(
                            "problem.recorded_on",
                            "problem.active_to_on",
                            "recipient.period_start_on",
                            "recipient.period_end_on",
                        )
                    }}
            ) as has_problem
        from {{ ref("int_indicator__recipient") }} as recipient
        where recipient.period_kind_code = 'month' and recipient.has_nursing and recipient.age >= 80
    ) as counted
group by all
