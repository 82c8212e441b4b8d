-- One row per finding: each of several open goals of one condition (goal.open.duplicate).
select
    {{
        finding(
            "goal.open.duplicate",
            "goal",
            "Goal.addresses",
            found_on="max(" ~ copenhagen_date("version.received_at") ~ ") over same_condition",
        )
    }}
from {{ ref("fct_goal") }} as version
where version.is_active and version.condition_id is not null
window same_condition as (partition by version.municipality_code, version.condition_id)
qualify count(*) over same_condition > 1
