-- One row per version of a condition (FSIII-tilstand), and belief about it: what holds from when to when, known from
-- when to when.
{{
    config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key=["municipality_code", "condition_id"],
        pre_hook="{{ empty_before_rebuild() }}",
    )
}}
{{
    resource_versions(
        ref("int_condition__reports"),
        "condition_id",
        is_error="verification_status_code = 'entered-in-error'",
        is_open="is_problem_list_item and clinical_status_code is distinct from 'inactive' and clinical_status_code is distinct from 'remission' and clinical_status_code is distinct from 'resolved'",
    )
}}
