-- One row per distinct report of a citizen's own assessment (borgervurdering), dated by its first receipt.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["municipality_code", "citizens_own_observation_id", "last_updated_at", "content_hash"],
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{ resource_reports(ref("stg_citizens_own_observation"), "citizens_own_observation_id") }}
