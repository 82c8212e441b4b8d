-- One row per cell of D10: how many codes are in use on the last day of the month, weighted (exp of their entropy), and
{{ config(materialized="view") }}
-- the share of the commonest: of nursing interventions (a, b) and of nursing conditions (c, d).
with
    used as (
        select
            'D10a' as effective_id,
            'D10b' as commonest_id,
            snapshot_key,
            period_kind_code,
            period_start_on,
            period_end_on,
            municipality_code,
            citizen_key,
            intervention_code as code
        from {{ ref("int_indicator__active_plan") }}
        where is_nursing
        union all by name
        select
            'D10c' as effective_id,
            'D10d' as commonest_id,
            snapshot_key,
            period_kind_code,
            period_start_on,
            period_end_on,
            municipality_code,
            citizen_key,
            condition_code as code
        from {{ ref("int_indicator__active_condition") }}
        where care_domain_code = 'nursing'
    )

select
    {{
        cell(
            "counted.effective_id",
            "null",
            "count(*)",
            citizens="count(distinct counted.citizen_key)",
            value="pow(2, entropy(counted.code))",
        )
    }}
from used as counted
group by all
union all by name
select
    {{
        cell(
            "counted.commonest_id",
            "max(counted.used)",
            "sum(counted.used)",
        )
    }}
from
    (
        select
            commonest_id,
            snapshot_key,
            period_kind_code,
            period_start_on,
            period_end_on,
            municipality_code,
            code,
            count(*) as used
        from used
        group by all
    ) as counted
group by all
