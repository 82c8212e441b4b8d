-- One row per version of a citizen's Patient resource. Patient has no error status: active=false withdraws the newest
-- one.
{{ resource_versions(ref("stg_citizen"), "patient_id", "not is_active") }}
