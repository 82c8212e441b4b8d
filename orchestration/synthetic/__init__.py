"""Invented citizens and the delivery reports about them. No person in here exists or has existed."""
