-- One row per month and condition (FSIII-tilstand) that goes on on its last day.
select period.*, condition.* exclude (snapshot_key)
from {{ ref("int_indicator__period") }} as period
inner join
    {{ ref("int_indicator__condition") }} as condition
    on condition.snapshot_key = period.snapshot_key
    and {{ touches("condition.recorded_on", "condition.active_to_on", "period.period_end_on", "period.period_end_on") }}
where period.period_kind_code = 'month'
