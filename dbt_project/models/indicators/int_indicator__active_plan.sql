-- One row per month and planned intervention (planlagt indsats) that goes on on its last day.
select period.*, plan.* exclude (snapshot_key)
from {{ ref("int_indicator__period") }} as period
inner join
    {{ ref("int_indicator__plan") }} as plan
    on plan.snapshot_key = period.snapshot_key
    and {{ touches("plan.granted_on", "plan.active_to_on", "period.period_end_on", "period.period_end_on") }}
where period.period_kind_code = 'month'
