-- One row per finding of a consistency rule, by what is known now: what does not hang together over time. It rejects
-- nothing.
{{ config(materialized="table") }}
with
    findings as (
        select *
        from {{ ref("dq_citizen__active_again") }}
        union all by name
        select *
        from {{ ref("dq_citizen__mistaken_but_stands") }}
        union all by name
        select *
        from {{ ref("dq_citizen__reported_after_death") }}
        union all by name
        select *
        from {{ ref("dq_code__unknown") }}
        union all by name
        select *
        from {{ ref("dq_completed_intervention__content_changed") }}
        union all by name
        select *
        from {{ ref("dq_condition__active_twice") }}
        union all by name
        select *
        from {{ ref("dq_condition__code_changed") }}
        union all by name
        select *
        from {{ ref("dq_condition__no_follow_up") }}
        union all by name
        select *
        from {{ ref("dq_condition__recorded_date_changed") }}
        union all by name
        select *
        from {{ ref("dq_delivery_report__late") }}
        union all by name
        select *
        from {{ ref("dq_encounter__changed_when_finished") }}
        union all by name
        select *
        from {{ ref("dq_encounter__period_negative") }}
        union all by name
        select *
        from {{ ref("dq_error__dependents_left") }}
        union all by name
        select *
        from {{ ref("dq_error__nothing_before") }}
        union all by name
        select *
        from {{ ref("dq_error__other_content") }}
        union all by name
        select *
        from {{ ref("dq_follow_up__overdue") }}
        union all by name
        select *
        from {{ ref("dq_goal__content_changed") }}
        union all by name
        select *
        from {{ ref("dq_goal__open_twice") }}
        union all by name
        select *
        from {{ ref("dq_observation__content_changed") }}
        union all by name
        select *
        from {{ ref("dq_planned_intervention__code_changed") }}
        union all by name
        select *
        from {{ ref("dq_planned_intervention__end_before_start") }}
        union all by name
        select *
        from {{ ref("dq_reference__never_reported") }}
        union all by name
        select *
        from {{ ref("dq_resource__dated_in_future") }}
        union all by name
        select *
        from {{ ref("dq_resource__id_reused") }}
        union all by name
        select *
        from {{ ref("dq_resource__status_backwards") }}
        union all by name
        select *
        from {{ ref("dq_resource__untyped") }}
        union all by name
        select *
        from {{ ref("dq_resource__updated_in_future") }}
        union all by name
        select *
        from {{ ref("dq_sender__silent") }}
    )

select
    {{
        surrogate_key(
            "finding",
            [
                "finding.rule_id",
                "finding.municipality_code",
                "finding.resource_type_code",
                "finding.resource_id",
                "finding.expression",
                "finding.submission_id",
                "finding.related_submission_id",
                "cast(finding.found_on as varchar)",
            ],
        )
    }} as finding_key,
    finding.rule_id,
    rule.severity_code,
    finding.municipality_code,
    finding.citizen_key,
    finding.resource_type_code,
    finding.resource_id,
    finding.expression,
    finding.submission_id,
    finding.related_submission_id,
    finding.found_on
from findings as finding
left join {{ ref("consistency_rule") }} as rule on rule.rule_id = finding.rule_id
