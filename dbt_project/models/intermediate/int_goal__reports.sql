-- One row per distinct report of a goal (mål), dated by its first receipt.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["municipality_code", "goal_id", "last_updated_at", "content_hash"],
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{ resource_reports(ref("stg_goal"), "goal_id") }}
