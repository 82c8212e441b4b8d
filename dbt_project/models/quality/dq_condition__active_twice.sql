-- One row per finding: each of several active conditions with one code of one citizen (condition.active.duplicate).
select
    {{
        finding(
            "condition.active.duplicate",
            "condition",
            "Condition.code",
            found_on="max(" ~ copenhagen_date("version.received_at") ~ ") over same_code",
        )
    }}
from {{ ref("fct_condition") }} as version
where version.is_active
window same_code as (partition by version.citizen_key, version.condition_code)
qualify count(*) over same_code > 1
