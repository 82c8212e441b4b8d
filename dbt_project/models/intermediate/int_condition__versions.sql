-- One row per version of a condition (FSIII-tilstand), in the order of its history.
{{ resource_versions(ref("stg_condition"), "condition_id", "verification_status_code = 'entered-in-error'") }}
