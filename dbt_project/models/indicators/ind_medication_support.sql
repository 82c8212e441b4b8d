-- One row per cell of A23: nursing citizens with help with medicine (G1.20, G1.21) in the month.
{{ config(materialized="view") }}
select
    {{
        cell(
            "'A23'",
            "count(*) filter (counted.has_help)",
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
                from {{ ref("int_indicator__plan") }} as plan
                where
                    plan.snapshot_key = recipient.snapshot_key
                    and plan.citizen_key = recipient.citizen_key
                    and plan.code_group_code in ('MEDICINE_ADMINISTRATION', 'MEDICINE_DISPENSING')
                    and {{
                        touches(
                            "plan.granted_on",
                            "plan.active_to_on",
                            "recipient.period_start_on",
                            "recipient.period_end_on",
                        )
                    }}
            ) as has_help
        from {{ ref("int_indicator__recipient") }} as recipient
        where recipient.period_kind_code = 'month' and recipient.has_nursing
    ) as counted
group by all
