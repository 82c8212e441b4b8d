-- One row per finding: a citizen reported again after it was said that the citizen should never have been
-- (citizen.active.false).
{{ pair_finding("citizen.active.false", "citizen", "Patient.active", "before.is_entered_in_error") }}
