-- One row per version of a follow-up's result (opfølgning), and belief about it: what holds from when to when, known
-- from when to when.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["municipality_code", "follow_up_observation_id"],
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{
    resource_versions(
        ref("int_follow_up__reports"), "follow_up_observation_id", is_error="status_code = 'entered-in-error'"
    )
}}
