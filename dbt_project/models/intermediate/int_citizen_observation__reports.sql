-- One row per report of a citizen's own assessment (borgervurdering) that says something new, dated by its receipt.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{ resource_reports(ref("stg_citizens_own_observation"), "citizens_own_observation_id") }}
