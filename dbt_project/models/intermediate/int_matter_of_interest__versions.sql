-- One row per version of a matter of interest (oplysning om et område), and belief about it: what holds from when to
-- when, known from when to when.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["municipality_code", "matter_of_interest_observation_id"],
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{
    resource_versions(
        ref("int_matter_of_interest__reports"),
        "matter_of_interest_observation_id",
        is_error="status_code = 'entered-in-error'",
    )
}}
