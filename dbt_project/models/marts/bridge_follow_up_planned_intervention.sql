-- One row per planned intervention that a version of a follow-up's result (opfølgning) is about.
{{
    bridge(
        ref("int_follow_up__versions"),
        "follow_up_observation_id",
        "version.planned_intervention_ids",
        "planned_intervention",
        "planned_intervention_id",
        "Observation.focus",
    )
}}
