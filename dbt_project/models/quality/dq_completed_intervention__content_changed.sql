-- One row per finding: a completed intervention that changed in more than its status
-- (completedIntervention.correction).
{{
    pair_finding(
        "completedIntervention.correction",
        "completed_intervention",
        "Procedure",
        says_something_else("completed_intervention"),
    )
}}
