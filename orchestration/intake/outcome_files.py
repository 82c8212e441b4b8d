"""One name here is one thing that the day's run writes and the door reads: the two share no engine, only these."""

FINDINGS = "findings.sqlite"
SUBMISSIONS = (
    *("submission_id", "receipt_sequence", "bundle_id", "sender_id", "municipality_code", "received_at", "door"),
    *("file_name", "state", "original_submission_id", "errors", "warnings"),
)
