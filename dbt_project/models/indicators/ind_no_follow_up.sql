-- One row per cell of D05 and D06: active conditions on the last day of the month without a planned follow-up; with
{{ config(materialized="view") }}
-- one long past.
with
    condition as (select * from {{ ref("int_indicator__active_condition") }}),

    planned as (
        select
            link.snapshot_key,
            link.municipality_code,
            link.condition_id,
            max(contact.started_on) filter (contact.status_code = 'planned') as due_on,
            max(contact.started_on) filter (contact.status_code = 'finished') as held_on
        from {{ ref("int_indicator__contact_condition") }} as link
        inner join
            {{ ref("int_indicator__contact") }} as contact
            on contact.snapshot_key = link.snapshot_key
            and contact.municipality_code = link.municipality_code
            and contact.encounter_id = link.encounter_id
        group by all
    ),

    told as (
        select snapshot_key, municipality_code, condition_id, max(effective_on) as told_on
        from {{ ref("int_indicator__follow_up_condition") }}
        group by all
    ),

    judged as (
        select
            condition.*,
            planned.due_on is not null as is_planned,
            planned.due_on < condition.period_end_on - 90
            and coalesce(greatest(planned.held_on, told.told_on) < planned.due_on, true) as is_overdue
        from condition
        left join planned using (snapshot_key, municipality_code, condition_id)
        left join told using (snapshot_key, municipality_code, condition_id)
    )

select
    {{
        cell(
            "'D05'",
            "count(*) filter (not counted.is_planned)",
            "count(*)",
            citizens="count(distinct counted.citizen_key)",
        )
    }}
from judged as counted
group by all
union all by name
select
    {{
        cell(
            "'D06'",
            "count(*) filter (counted.is_overdue)",
            "count(*)",
            citizens="count(distinct counted.citizen_key)",
        )
    }}
from judged as counted
where counted.is_planned
group by all
