-- One row per version of a goal (mål), and belief about it: what holds from when to when, known from when to when.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["municipality_code", "goal_id"],
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{
    resource_versions(
        ref("int_goal__reports"),
        "goal_id",
        is_error="lifecycle_status_code = 'entered-in-error'",
        is_open="lifecycle_status_code not in ('completed', 'cancelled', 'rejected')",
    )
}}
