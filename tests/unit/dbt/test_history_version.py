"""The test holds the number of the history rules against the files that they are written in."""

from hashlib import sha256

import yaml

from tests.unit.dbt.warehouse import PROJECT

FOLDERS = ("macros", "models/staging", "models/intermediate", "tests/generic")
NO_HISTORY = "indicators.sql"
"""Macros of what is frozen: history is not made by them."""


def test_history_version_is_that_of_the_files() -> None:
    """Else a warehouse made by other rules would be added to, and hold two kinds of history."""
    files = sorted(file for folder in FOLDERS for file in (PROJECT / folder).rglob("*.sql") if file.name != NO_HISTORY)
    found = sha256(b"".join(file.name.encode() + file.read_bytes() for file in files)).hexdigest()[:12]
    told = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["history_version"]
    assert told == found, f"the SQL of history changed: set history_version in dbt_project.yml to {found}"
