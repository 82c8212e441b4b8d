-- One row per report of a matter of interest (oplysning om et område) that says something new, dated by its receipt.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{ resource_reports(ref("stg_matter_of_interest_observation"), "matter_of_interest_observation_id") }}
