-- One row per version of a matter of interest (oplysning om et område) and belief about it: what was seen in an area.
select
    {{ version_key("matter_of_interest", "matter_of_interest_observation_id") }} as matter_of_interest_key,
    version.matter_of_interest_observation_id,
    version.municipality_code,
    version.sor_code,
    version.citizen_key,
    version.status_code,
    version.area_code,
    version.reported_code,
    area_concept.display as area_display,
    version.result_code,
    version.reported_result_code,
    result_concept.display as result_display,
    version.at_risk_condition_codes,
    version.effective_on,
    version.effective_at,
    version.effective_precision_code,
    {{ version_columns() }}
from {{ ref("int_matter_of_interest__versions") }} as version
left join {{ ref("dim_citizen") }} as citizen on citizen.citizen_key = version.citizen_key
left join {{ ref("dim_fsiii_code") }} as area_concept on area_concept.fsiii_code = version.area_code
left join {{ ref("dim_fsiii_code") }} as result_concept on result_concept.fsiii_code = version.result_code
