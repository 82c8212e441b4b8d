-- One row per distinct report of a matter of interest (oplysning om et område), dated by its first receipt.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["municipality_code", "matter_of_interest_observation_id", "last_updated_at", "content_hash"],
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{ resource_reports(ref("stg_matter_of_interest_observation"), "matter_of_interest_observation_id") }}
