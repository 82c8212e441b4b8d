-- One row per condition that a version of a goal (mål) is for.
{{
    bridge(
        ref("int_goal__versions"),
        "goal_id",
        "if(version.condition_id is null, [], [version.condition_id])",
        "condition",
        "condition_id",
        "Goal.addresses",
    )
}}
