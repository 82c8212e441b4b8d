-- One row per condition that a version of a planned intervention (planlagt indsats) gives as its reason.
{{
    bridge(
        ref("int_planned_intervention__versions"),
        "planned_intervention_id",
        "version.condition_ids",
        "condition",
        "condition_id",
        "CarePlan.activity.detail.reasonReference",
    )
}}
