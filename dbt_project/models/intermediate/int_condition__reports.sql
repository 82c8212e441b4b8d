-- One row per report of a condition (FSIII-tilstand) that says something new, dated by its receipt.
{{
    config(
        materialized="incremental",
        incremental_strategy="append",
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{ resource_reports(ref("stg_condition"), "condition_id") }}
