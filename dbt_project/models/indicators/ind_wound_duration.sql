-- One row per cell of A21: wound conditions closed in the quarter, and those that lasted more than 84 days.
{{ config(materialized="view") }}
select
    {{
        cell(
            "'A21'",
            "count(*) filter (counted.closed_on - counted.recorded_on > 84)",
            "count(*)",
            age=age_from("counted.birth_on", "counted.closed_on"),
            sex="counted.sex_code",
            citizens="count(distinct counted.citizen_key)",
        )
    }}
from
    (
        select period.*, wound.* exclude (snapshot_key)
        from {{ ref("int_indicator__period") }} as period
        inner join
            {{ ref("int_indicator__condition") }} as wound
            on wound.snapshot_key = period.snapshot_key
            and wound.closed_on between period.period_start_on and period.period_end_on
        where
            period.period_kind_code = 'quarter'
            and (
                wound.code_group_code in ('DIABETIC_WOUND', 'PRESSURE_ULCER')
                -- Surgical, cancer and traumatic wounds are no chronic wounds; the new code of all others can't tell.
                or (wound.code_group_code = 'OTHER_WOUND' and wound.legacy_code not in ('I4.1', 'I4.3', 'I4.8'))
            )
    ) as counted
group by all
