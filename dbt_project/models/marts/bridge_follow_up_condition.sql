-- One row per condition that a version of a follow-up's result (opfølgning) is about.
{{
    bridge(
        ref("int_follow_up__versions"),
        "follow_up_observation_id",
        "version.condition_ids",
        "condition",
        "condition_id",
        "Observation.focus",
    )
}}
