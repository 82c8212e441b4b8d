-- One row per finding: an accepted delivery report received more than a day after the one it tells of
-- (deliveryReport.frequency.daily).
select
    'deliveryReport.frequency.daily' as rule_id,
    municipality_code,
    cast(null as varchar) as citizen_key,
    'Bundle' as resource_type_code,
    bundle_id as resource_id,
    'Bundle.timestamp' as expression,
    submission_id,
    cast(null as varchar) as related_submission_id,
    received_on as found_on
from {{ ref("stg_submissions") }}
where state_code = 'accepted' and received_on > {{ copenhagen_date("bundle_timestamp_at") }} + 1
