-- One row per finding: a condition whose code changed under its id (condition.code.immutable).
{{
    pair_finding(
        "condition.code.immutable",
        "condition",
        "Condition.code",
        "version.condition_code is distinct from before.condition_code",
    )
}}
