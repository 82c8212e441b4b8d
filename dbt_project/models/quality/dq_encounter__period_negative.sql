-- One row per finding: an encounter that ends before it starts (resource.period.negative).
select {{ finding("resource.period.negative", "encounter", "Encounter.period") }}
from {{ ref("int_encounter__versions") }} as version
where version.known_to_at is null and (version.ended_on < version.started_on or version.ended_at < version.started_at)
