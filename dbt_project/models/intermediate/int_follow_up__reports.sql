-- One row per report of a follow-up's result (opfølgning) that says something new, dated by its receipt.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{ resource_reports(ref("stg_follow_up_observation"), "follow_up_observation_id") }}
