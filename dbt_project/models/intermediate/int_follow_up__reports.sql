-- One row per distinct report of a follow-up's result (opfølgning), dated by its first receipt.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["municipality_code", "follow_up_observation_id", "last_updated_at", "content_hash"],
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{ resource_reports(ref("stg_follow_up_observation"), "follow_up_observation_id") }}
