-- One row per report of a goal (mål) that says something new, dated by its receipt.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{ resource_reports(ref("stg_goal"), "goal_id") }}
