-- One row per finding: a planned intervention that ends before it starts, or before it was to start by the version
-- before (resource.period.end-before-start).
{{
    pair_finding(
        "resource.period.end-before-start",
        "planned_intervention",
        "CarePlan.period.end",
        "version.ended_on < before.granted_on and coalesce(version.ended_on >= version.granted_on, true)",
    )
}}

union all

select {{ finding("resource.period.end-before-start", "planned_intervention", "CarePlan.period.end") }}
from {{ ref("int_planned_intervention__versions") }} as version
where version.known_to_at is null and version.ended_on < version.granted_on
