-- One row per version of a citizen (borger); active=false stands for entered in error, and belief about it: what
-- holds from when to when, known from when to when.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["municipality_code", "patient_id"],
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{ resource_versions(ref("int_citizen__reports"), "patient_id", is_error="not is_active") }}
