-- One row per version of a planned intervention (planlagt indsats), and belief about it: what holds from when to
-- when, known from when to when.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["municipality_code", "planned_intervention_id"],
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{
    resource_versions(
        ref("int_planned_intervention__reports"),
        "planned_intervention_id",
        is_error="status_code = 'entered-in-error'",
        is_open="status_code not in ('completed', 'revoked')",
    )
}}
