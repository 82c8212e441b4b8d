-- One row per finding: a planned intervention whose code changed under its id (plannedIntervention.code.immutable).
{{
    pair_finding(
        "plannedIntervention.code.immutable",
        "planned_intervention",
        "CarePlan.activity[0].detail.code",
        "version.intervention_code is distinct from before.intervention_code",
    )
}}
