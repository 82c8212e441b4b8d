-- One row per cell of D02: how long after it was said (meta.lastUpdated) a resource arrived in the month; what came
{{ config(materialized="view") }}
-- after its deadline.
{%- set tables = [
    "int_citizen__reports",
    "int_condition__reports",
    "int_planned_intervention__reports",
    "int_completed_intervention__reports",
    "int_goal__reports",
    "int_encounter__reports",
    "int_follow_up__reports",
] %}
with
    arrived as (
        {%- for table in tables %}
            select municipality_code, received_on, received_at, last_updated_at
            from {{ ref(table) }} {{ "union all" if not loop.last }}
        {%- endfor %}
    ),

    timed as (
        select
            period.*,
            arrived.municipality_code,
            epoch(arrived.received_at - arrived.last_updated_at) / 3600 as hours,
            arrived.received_on > last_day({{ copenhagen_date("arrived.last_updated_at") }}) + 14 as is_late
        from {{ ref("int_indicator__period") }} as period
        inner join arrived on arrived.received_on between period.period_start_on and period.period_end_on
        where period.period_kind_code = 'month'
    )

select {{ cell("'D02a'", "null", "count(*)", value="quantile_cont(counted.hours, 0.5)") }}
from timed as counted
group by all
union all by name
select {{ cell("'D02b'", "null", "count(*)", value="quantile_cont(counted.hours, 0.95)") }}
from timed as counted
group by all
union all by name
select {{ cell("'D02c'", "count(*) filter (counted.is_late)", "count(*)") }}
from timed as counted
group by all
