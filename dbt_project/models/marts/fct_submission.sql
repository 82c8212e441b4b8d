-- One row per submission: one delivery report as it arrived, accepted or not, with its verdict.
select
    submission_id,
    municipality_code,
    received_on,
    received_at,
    sender_id,
    file_name,
    line_number,
    bundle_id,
    bundle_timestamp_at,
    state_code,
    original_submission_id,
    error_count,
    warning_count
from {{ ref("stg_submissions") }}
