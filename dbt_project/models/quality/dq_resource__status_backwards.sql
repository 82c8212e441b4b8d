-- One row per finding: a resource that had ended and goes on again (resource.status.backwards).
-- A condition out of focus is not ended: to lose focus and regain it is care as usual. What was withdrawn never ended.
{%- set rule = "resource.status.backwards" %}
{%- set stands = "not before.is_entered_in_error and " %}
{{
    united(
        [
            pair_finding(
                rule,
                "condition",
                "Condition.clinicalStatus",
                stands
                ~ "before.clinical_status_code in ('inactive', 'remission', 'resolved') and version.is_problem_list_item "
                ~ "and version.clinical_status_code not in ('inactive', 'remission', 'resolved')",
            ),
            pair_finding(
                rule,
                "planned_intervention",
                "CarePlan.status",
                stands
                ~ "before.status_code in ('completed', 'revoked') and version.status_code not in ('completed', 'revoked')",
            ),
            pair_finding(
                rule,
                "goal",
                "Goal.lifecycleStatus",
                stands
                ~ "before.lifecycle_status_code in ('completed', 'cancelled', 'rejected') "
                ~ "and version.lifecycle_status_code not in ('completed', 'cancelled', 'rejected')",
            ),
            pair_finding(
                rule,
                "encounter",
                "Encounter.status",
                stands
                ~ "before.status_code in ('finished', 'cancelled') and version.status_code not in ('finished', 'cancelled')",
            ),
            pair_finding(
                rule, "citizen", "Patient.deceased", stands ~ "before.is_deceased and not version.is_deceased"
            ),
        ]
    )
}}
