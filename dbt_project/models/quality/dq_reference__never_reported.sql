-- One row per finding: a resource that stands and points at one that was never received
-- (reference.target.never-reported).
{{ dangling("reference.target.never-reported", "never_reported") }}
