"""One `Table` is one raw table that flatten fills: its columns come from the `columns:` part of the profile that feeds it."""

from dataclasses import dataclass
from functools import cache

from orchestration.conformance import library


@dataclass(frozen=True, slots=True)
class Column:
    """`type` is a DuckDB type; `_at` columns are naive UTC, `_on` columns dates in Europe/Copenhagen."""

    name: str
    type: str
    path: str
    description: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table; row tuples of a verdict follow the order of `columns`."""

    name: str
    columns: tuple[Column, ...]


COMMON = (
    Column("bundle_id", "VARCHAR", "Bundle.id", "The delivery report that brought the row"),
    Column("bundle_timestamp_at", "TIMESTAMP", "Bundle.timestamp", "When the report was made, UTC"),
    Column("entry_index", "INTEGER", "Bundle.entry", "Place in the report, from 0"),
    Column("resource_id", "VARCHAR", "id", "The sender's id of the resource"),
    Column("last_updated_at", "TIMESTAMP", "meta.lastUpdated", "Valid from, UTC; the report's timestamp where missing"),
    Column("has_last_updated", "BOOLEAN", "meta.lastUpdated", "Whether the sender gave meta.lastUpdated"),
    Column("patient_id", "VARCHAR", "subject", "The id of the report's citizen"),
    Column("content_hash", "VARCHAR", "", "First 32 hex digits of SHA-256 over the resource without meta, keys sorted"),
)


def _description(column: dict[str, str]) -> str:
    parts = [column.get("description", ""), f"FKI: {column['fki']}" if "fki" in column else ""]
    return ". ".join(part for part in parts if part)


@cache
def tables() -> dict[str, Table]:
    """Every raw table by name, for all guides."""
    found = {}
    for guide_id in library.GUIDES:
        for profile in library.guide(guide_id).profiles.values():
            if profile.table:
                own = (Column(c["name"], c["type"], c["path"], _description(c)) for c in profile.columns)
                found[profile.table] = Table(profile.table, (*COMMON, *own))
    return found
