-- One row per distinct report of a condition (FSIII-tilstand), dated by its first receipt.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["municipality_code", "condition_id", "last_updated_at", "content_hash"],
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{ resource_reports(ref("stg_condition"), "condition_id") }}
