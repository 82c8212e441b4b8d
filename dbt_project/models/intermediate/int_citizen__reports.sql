-- One row per report of a citizen (borger); active=false stands for entered in error, dated by its first
-- receipt.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{ resource_reports(ref("stg_citizen"), "patient_id") }}
