-- One row per cell of D08: what is registered unspecifically on the last day of the month, of what is registered.
{{ config(materialized="view") }}
with
    plan as (
        select *, code_group_code like 'GENERAL_NO_SERVICE%' as is_general, service_group_code = 'NO_SERVICE' as is_none
        from {{ ref("int_indicator__active_plan") }}
    ),

    used as (
        select
            snapshot_key,
            period_kind_code,
            period_start_on,
            period_end_on,
            municipality_code,
            citizen_key,
            intervention_display as display
        from plan
        union all by name
        select
            snapshot_key,
            period_kind_code,
            period_start_on,
            period_end_on,
            municipality_code,
            citizen_key,
            condition_display as display
        from {{ ref("int_indicator__active_condition") }}
    )

    {% set people = "count(distinct counted.citizen_key)" -%}
select {{ cell("'D08a'", "count(*) filter (counted.is_general)", "count(*)", citizens=people) }}
from plan as counted
group by all
union all by name
select
    {{
        cell(
            "'D08b'",
            "count(*) filter (regexp_matches(lower(counted.display), '\\b(andet|andre)\\b'))",
            "count(*)",
            citizens=people,
        )
    }}
from used as counted
group by all
union all by name
select {{ cell("'D08c'", "count(*) filter (counted.severity_level = 9)", "count(*)", citizens=people) }}
from {{ ref("int_indicator__active_condition") }} as counted
where counted.severity_level is not null
group by all
union all by name
select {{ cell("'D08d'", "count(*) filter (counted.is_none)", "count(*)", citizens=people) }}
from plan as counted
where counted.has_local_code
group by all
