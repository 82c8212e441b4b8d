-- One row per cell of X01 and X02, which only D13 looks at: interventions per citizen, nursing conditions per citizen.
{{ config(materialized="view") }}
with
    plan as (select * from {{ ref("int_indicator__active_plan") }} where is_care or is_nursing),

    condition as (select * from {{ ref("int_indicator__active_condition") }} where care_domain_code = 'nursing')

select {{ cell("'X01'", "count(*)", "count(distinct counted.citizen_key)") }}
from plan as counted
group by all
union all by name
select {{ cell("'X02'", "count(*)", "count(distinct counted.citizen_key)") }}
from condition as counted
group by all
