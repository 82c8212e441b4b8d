-- One row per version of a citizen's own assessment (borgervurdering) and belief about it: what the citizen said.
select
    {{ version_key("citizen_observation", "citizens_own_observation_id") }} as citizen_observation_key,
    version.citizens_own_observation_id,
    version.municipality_code,
    version.sor_code,
    version.citizen_key,
    version.status_code,
    version.observation_code,
    version.reported_code,
    observation_concept.display as observation_display,
    version.result_code,
    version.reported_result_code,
    result_concept.display as result_display,
    version.effective_on,
    version.effective_at,
    version.effective_precision_code,
    version.condition_ids,
    version.matter_of_interest_observation_ids,
    {{ version_columns() }}
from {{ ref("int_citizen_observation__versions") }} as version
left join {{ ref("dim_citizen") }} as citizen on citizen.citizen_key = version.citizen_key
left join
    {{ ref("dim_fsiii_code") }} as observation_concept on observation_concept.fsiii_code = version.observation_code
left join {{ ref("dim_fsiii_code") }} as result_concept on result_concept.fsiii_code = version.result_code
