"""One indicator is one YAML record: what it asks, counts, leaves out, and what it takes to publish it."""
