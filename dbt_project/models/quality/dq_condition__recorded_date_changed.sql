-- One row per finding: a condition whose recordedDate changed (condition.recordedDate.stable).
{{
    pair_finding(
        "condition.recordedDate.stable",
        "condition",
        "Condition.recordedDate",
        "version.recorded_on is distinct from before.recorded_on",
    )
}}
