-- One row per report of an encounter (kontakt), old and general profile alike that says something new, dated by its
-- receipt.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{ resource_reports(ref("int_encounter__united"), "encounter_id") }}
