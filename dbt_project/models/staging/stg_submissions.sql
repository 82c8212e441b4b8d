-- One row per submission: one delivery report as it arrived, accepted or not.
select
    submission_id,
    received_on,
    received_at,
    receipt_sequence,
    sender_id,
    municipality_code,
    arrival_id,
    file_name,
    line_number,
    content_sha256,
    content_bytes as content_byte_count,
    bundle_id,
    bundle_timestamp_at,
    ig as ig_code,
    state as state_code,
    original_submission_id,
    error_count,
    warning_count,
    software_version,
    door as door_code
from {{ source("raw", "submissions") }}
