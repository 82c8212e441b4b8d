-- One row per distinct report of an encounter (kontakt), old and general profile alike, dated by its first receipt.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["municipality_code", "encounter_id", "last_updated_at", "content_hash"],
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{ resource_reports(ref("int_encounter__united"), "encounter_id") }}
