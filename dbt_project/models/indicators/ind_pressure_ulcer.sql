-- One row per cell of A19 and A20: nursing citizens aged 65 and above with a pressure ulcer in the quarter; with a
-- new one.
{{ config(materialized="view") }}
with
    known as (
        select snapshot_key, citizen_key, min(granted_on) as nursing_from_on
        from {{ ref("int_indicator__plan") }}
        where is_nursing
        group by all
    ),

    person as (
        select
            recipient.*,
            coalesce(known.nursing_from_on <= recipient.period_start_on - 30, false) as is_known,
            coalesce(
                bool_or(
                    {{
                        touches(
                            "ulcer.recorded_on",
                            "ulcer.active_to_on",
                            "recipient.period_start_on",
                            "recipient.period_end_on",
                        )
                    }}
                ),
                false
            ) as has_ulcer,
            coalesce(
                bool_or(
                    {{
                        touches(
                            "ulcer.recorded_on",
                            "ulcer.active_to_on",
                            "recipient.period_start_on - 1",
                            "recipient.period_start_on - 1",
                        )
                    }}
                ),
                false
            ) as had_ulcer
        from {{ ref("int_indicator__recipient") }} as recipient
        left join known on known.snapshot_key = recipient.snapshot_key and known.citizen_key = recipient.citizen_key
        left join
            {{ ref("int_indicator__condition") }} as ulcer
            on ulcer.snapshot_key = recipient.snapshot_key
            and ulcer.citizen_key = recipient.citizen_key
            and ulcer.code_group_code = 'PRESSURE_ULCER'
        where recipient.period_kind_code = 'quarter' and recipient.has_nursing and recipient.age >= 65
        group by all
    )

select
    {{
        cell(
            "'A19'",
            "count(*) filter (counted.has_ulcer)",
            "count(*)",
            age="counted.age_from",
            sex="counted.sex_code",
            citizens="count(*)",
        )
    }}
from person as counted
group by all
union all by name
select
    {{
        cell(
            "'A20'",
            "count(*) filter (counted.has_ulcer)",
            "count(*)",
            age="counted.age_from",
            sex="counted.sex_code",
            citizens="count(*)",
        )
    }}
from person as counted
where counted.is_known and not counted.had_ulcer
group by all
