-- One row per cell of A05: citizens aged 65 and above with both home care and nursing, of those with nursing.
{{ config(materialized="view") }}
select
    {{
        cell(
            "'A05'",
            "count(*) filter (counted.has_home_care)",
            "count(*)",
            age="counted.age_from",
            sex="counted.sex_code",
            citizens="count(*)",
        )
    }}
from {{ ref("int_indicator__recipient") }} as counted
where counted.period_kind_code = 'month' and counted.has_nursing and counted.age >= 65
group by all
