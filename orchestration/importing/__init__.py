"""One import reads one official FHIR package and writes its profiles and terminology as drafts in our own format, to be reviewed."""
