"""One quality card tells one municipality how it reports: what was accepted, when, what to mend, and how it lies beside the others."""
