-- One row per version of an encounter (kontakt), old and general profile alike, and belief about it: what holds from
-- when to when, known from when to when.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["municipality_code", "encounter_id"],
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{
    resource_versions(
        ref("int_encounter__reports"),
        "encounter_id",
        is_error="status_code = 'entered-in-error'",
        is_open="status_code not in ('finished', 'cancelled')",
    )
}}
