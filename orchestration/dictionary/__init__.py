"""The data dictionary: what each table and column of the warehouse is, read from dbt's manifest, as a page and as CSV."""
