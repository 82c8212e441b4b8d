-- One row per way of writing an FSIII code the gateway accepts: its uuid, and its legacy user-facing key (J1.1,
-- G1.20, B3).
select code as reported_code, code as fsiii_code
from {{ ref("fsiii_code") }}
where code_system = 'urn:oid:1.2.208.176.2.21'

union all

select crosswalk.legacy_code as reported_code, crosswalk.fsiii_uuid as fsiii_code
from {{ ref("fsiii_crosswalk") }} as crosswalk
inner join {{ ref("fsiii_code") }} as accepted on accepted.code = crosswalk.fsiii_uuid
