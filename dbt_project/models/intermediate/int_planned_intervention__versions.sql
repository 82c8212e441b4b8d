-- One row per version of a planned intervention (planlagt indsats), in the order of its history.
{{ resource_versions(ref("stg_planned_intervention"), "planned_intervention_id", "status_code = 'entered-in-error'") }}
