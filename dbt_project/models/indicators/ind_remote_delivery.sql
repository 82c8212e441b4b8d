-- One row per cell of A24: deliveries of the month by screen or telephone, where deliveries are reported at all.
{{ config(materialized="view") }}
with
    delivery as (
        select period.*, contact.* exclude (snapshot_key)
        from {{ ref("int_indicator__period") }} as period
        inner join
            {{ ref("int_indicator__contact") }} as contact
            on contact.snapshot_key = period.snapshot_key
            and contact.encounter_kind_code = 'delivery'
            and contact.status_code = 'finished'
            and contact.started_on between period.period_start_on and period.period_end_on
        where period.period_kind_code = 'month'
    ),

    delivered as (
        select distinct snapshot_key, municipality_code, unnest(planned_intervention_ids) as planned_intervention_id
        from delivery
    ),

    -- Reporting visits is optional: a municipality counts where six in ten of its plans have one.
    reported as (
        select
            plan.snapshot_key,
            plan.municipality_code,
            avg(if(delivered.planned_intervention_id is not null, 1, 0)) >= 0.6 as is_reported
        from {{ ref("int_indicator__period") }} as period
        inner join
            {{ ref("int_indicator__plan") }} as plan
            on plan.snapshot_key = period.snapshot_key
            and (plan.is_care or plan.is_nursing)
            and {{ touches("plan.granted_on", "plan.active_to_on", "period.period_start_on", "period.period_end_on") }}
        left join
            delivered
            on delivered.snapshot_key = plan.snapshot_key
            and delivered.municipality_code = plan.municipality_code
            and delivered.planned_intervention_id = plan.planned_intervention_id
        where period.period_kind_code = 'month'
        group by all
    )

select
    {{
        cell(
            "'A24'",
            "count(*) filter (counted.class_code in ('124be95d-6924-4609-9d2a-e7c73ae3ab3d', '1b55a4b0-1156-4f58-b2df-b5c6014d9048'))",
            "count(*)",
            age=age_from("counted.birth_on", "counted.started_on"),
            sex="counted.sex_code",
            citizens="count(distinct counted.citizen_key)",
            state="if(coalesce(reported.is_reported, false), null, 'not_reported')",
        )
    }}
from delivery as counted
left join
    reported on reported.snapshot_key = counted.snapshot_key and reported.municipality_code = counted.municipality_code
group by all
