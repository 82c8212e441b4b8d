-- One row per report of a completed intervention (leveret indsats) that says something new, dated by its receipt.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{ resource_reports(ref("stg_completed_intervention"), "completed_intervention_id") }}
