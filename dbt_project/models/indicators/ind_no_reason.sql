-- One row per cell of D07: active interventions on the last day of the month that no condition is given for.
{{ config(materialized="view") }}
select
    {{
        cell(
            "'D07'",
            "count(*) filter (counted.condition_count = 0)",
            "count(*)",
            citizens="count(distinct counted.citizen_key)",
        )
    }}
from {{ ref("int_indicator__active_plan") }} as counted
where counted.is_care or counted.is_nursing
group by all
