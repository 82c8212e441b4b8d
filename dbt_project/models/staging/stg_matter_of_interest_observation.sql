-- One row per report of a matter of interest (oplysning om et område): each time a submission carried it.
with
    forms as (
        select map_from_entries(list((reported_code, fsiii_code))) as fsiii_code_of
        from {{ ref("stg_fsiii_code_form") }}
    )

select
    {{ envelope("report") }},
    {{ own_id("report") }} as matter_of_interest_observation_id,
    report.status_code,
    coalesce(forms.fsiii_code_of[report.code], report.code) as area_code,
    report.code as reported_code,
    coalesce(forms.fsiii_code_of[report.value_code], report.value_code) as result_code,
    report.value_code as reported_result_code,
    report.effective_on,
    report.effective_at,
    report.effective_precision as effective_precision_code,
    list_transform(
        report.at_risk_condition_codes, lambda code:coalesce(forms.fsiii_code_of[code], code)
    ) as at_risk_condition_codes,
    report.at_risk_condition_codes as reported_at_risk_condition_codes
from {{ source("raw", "matter_of_interest_observation") }} as report
cross join forms
