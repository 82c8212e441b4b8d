-- One row per finding of the answer to a submission: one spot that breaks one rule.
select
    finding.submission_id,
    finding.finding_number,
    submission.municipality_code,
    finding.received_on,
    finding.rule_id,
    finding.severity_code,
    finding.profile_code,
    finding.expression,
    finding.resource_type_code,
    finding.resource_id,
    finding.occurrence_count
from {{ ref("stg_findings") }} as finding
left join {{ ref("stg_submissions") }} as submission on submission.submission_id = finding.submission_id
