-- One row per version of a completed intervention (leveret indsats), and belief about it: what holds from when to
-- when, known from when to when.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["municipality_code", "completed_intervention_id"],
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{
    resource_versions(
        ref("int_completed_intervention__reports"),
        "completed_intervention_id",
        is_error="status_code = 'entered-in-error'",
    )
}}
