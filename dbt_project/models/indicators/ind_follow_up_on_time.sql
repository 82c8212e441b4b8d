-- One row per cell of A16: follow-up dates of the quarter, condition by condition, and those that were kept.
{{ config(materialized="view") }}
with
    due as (
        select distinct
            period.*,
            contact.municipality_code,
            contact.citizen_key,
            contact.birth_on,
            contact.sex_code,
            link.condition_id,
            contact.planned_on
        from {{ ref("int_indicator__period") }} as period
        inner join
            {{ ref("int_indicator__contact") }} as contact
            on contact.snapshot_key = period.snapshot_key
            and contact.planned_on between period.period_start_on and period.period_end_on
            and contact.status_code in ('planned', 'finished')
            and coalesce(contact.died_on >= contact.planned_on, true)
        inner join
            {{ ref("int_indicator__contact_condition") }} as link
            on link.snapshot_key = contact.snapshot_key
            and link.municipality_code = contact.municipality_code
            and link.encounter_id = contact.encounter_id
        inner join
            {{ ref("int_indicator__condition") }} as condition
            on condition.snapshot_key = link.snapshot_key
            and condition.municipality_code = link.municipality_code
            and condition.condition_id = link.condition_id
            and coalesce(condition.closed_on >= contact.planned_on, true)
        where period.period_kind_code = 'quarter'
    ),

    done as (
        select snapshot_key, municipality_code, condition_id, effective_on as done_on
        from {{ ref("int_indicator__follow_up_condition") }}
        union
        select contact.snapshot_key, contact.municipality_code, link.condition_id, contact.started_on
        from {{ ref("int_indicator__contact") }} as contact
        inner join
            {{ ref("int_indicator__contact_condition") }} as link
            on link.snapshot_key = contact.snapshot_key
            and link.municipality_code = contact.municipality_code
            and link.encounter_id = contact.encounter_id
        where contact.status_code = 'finished'
    ),

    judged as (
        select
            due.*,
            exists (
                select 1
                from done
                where
                    done.snapshot_key = due.snapshot_key
                    and done.municipality_code = due.municipality_code
                    and done.condition_id = due.condition_id
                    and done.done_on between due.planned_on - 30 and due.planned_on + 14
            ) as is_done
        from due
    )

select
    {{
        cell(
            "'A16'",
            "count(*) filter (counted.is_done)",
            "count(*)",
            age=age_from("counted.birth_on", "counted.planned_on"),
            sex="counted.sex_code",
            citizens="count(distinct counted.citizen_key)",
        )
    }}
from judged as counted
group by all
