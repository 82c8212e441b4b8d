-- One row per condition that a version of a citizen's own assessment (borgervurdering) is about.
{{
    bridge(
        ref("int_citizen_observation__versions"),
        "citizens_own_observation_id",
        "version.condition_ids",
        "condition",
        "condition_id",
        "Observation.focus",
    )
}}
