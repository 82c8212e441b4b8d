-- One row per condition that a version of a completed intervention (leveret indsats) gives as its reason.
{{
    bridge(
        ref("int_completed_intervention__versions"),
        "completed_intervention_id",
        "version.condition_ids",
        "condition",
        "condition_id",
        "Procedure.reasonReference",
    )
}}
