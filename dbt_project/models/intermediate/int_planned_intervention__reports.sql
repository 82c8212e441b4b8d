-- One row per distinct report of a planned intervention (planlagt indsats), dated by its first receipt.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["municipality_code", "planned_intervention_id", "last_updated_at", "content_hash"],
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{ resource_reports(ref("stg_planned_intervention"), "planned_intervention_id") }}
