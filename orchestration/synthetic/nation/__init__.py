"""A nation of invented citizens: their lives, the reports about them, and the truth beside the reports."""
