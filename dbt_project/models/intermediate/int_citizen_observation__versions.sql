-- One row per version of a citizen's own assessment (borgervurdering), and belief about it: what holds from when to
-- when, known from when to when.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["municipality_code", "citizens_own_observation_id"],
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{
    resource_versions(
        ref("int_citizen_observation__reports"),
        "citizens_own_observation_id",
        is_error="status_code = 'entered-in-error'",
    )
}}
