-- One row per finding: one spot of one submission that breaks one rule.
select
    submission_id,
    received_on,
    finding_number,
    rule_id,
    severity as severity_code,
    profile as profile_code,
    expression,
    resource_type as resource_type_code,
    resource_id,
    occurrences as occurrence_count
from {{ source("raw", "findings") }}
