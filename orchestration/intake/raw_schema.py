"""One entry of `schema()` is one table of the DuckDB schema `raw`: what the gateway puts in front of every resource, and its own."""

import duckdb

from orchestration.conformance.tables import tables

ENVELOPE = {
    "submission_id": "VARCHAR",
    "received_on": "DATE",
    "received_at": "TIMESTAMP",
    "receipt_sequence": "BIGINT",
    "sender_id": "VARCHAR",
    "municipality_code": "VARCHAR",
    "citizen_key": "VARCHAR",
}
"""What the gateway puts in front of every resource: whence it came, and the key that stands for the citizen."""
SUBMISSIONS = {
    "submission_id": "VARCHAR",
    "received_on": "DATE",
    "received_at": "TIMESTAMP",
    "receipt_sequence": "BIGINT",
    "sender_id": "VARCHAR",
    "municipality_code": "VARCHAR",
    "arrival_id": "VARCHAR",
    "file_name": "VARCHAR",
    "line_number": "INTEGER",
    "content_sha256": "VARCHAR",
    "content_bytes": "BIGINT",
    "bundle_id": "VARCHAR",
    "bundle_timestamp_at": "TIMESTAMP",
    "ig": "VARCHAR",
    "state": "VARCHAR",
    "original_submission_id": "VARCHAR",
    "error_count": "INTEGER",
    "warning_count": "INTEGER",
    "software_version": "VARCHAR",
    "door": "VARCHAR",
}
FINDINGS = {
    "submission_id": "VARCHAR",
    "received_on": "DATE",
    "finding_number": "INTEGER",
    "rule_id": "VARCHAR",
    "severity": "VARCHAR",
    "profile": "VARCHAR",
    "expression": "VARCHAR",
    "resource_type": "VARCHAR",
    "resource_id": "VARCHAR",
    "occurrences": "INTEGER",
}
LOADS = {"received_on": "DATE", "load_number": "BIGINT", "shrunk_load_number": "BIGINT"}
"""Which load of a received day lies here: `load_number` rises when a load changed the day's rows, `shrunk_load_number` is the
last one that took rows away, changed them or came in between (0: none did): what was made of them can't be added to."""
PARKED = {"submission_id": "VARCHAR", "received_on": "DATE", "bundle_id": "VARCHAR", "fault": "VARCHAR"}


def schema() -> dict[str, dict[str, str]]:
    """Every table of the schema `raw`: its columns with their DuckDB types."""
    profiles = {name: ENVELOPE | {c.name: c.type for c in table.columns} for name, table in tables().items()}
    return {"submissions": SUBMISSIONS, "findings": FINDINGS, "parked": PARKED, "loads": LOADS} | profiles


def replaced() -> list[str]:
    """The tables whose rows of a received day are replaced whole; `loads` only tells of them."""
    return [name for name in schema() if name != "loads"]


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create what is missing; a column that a new guide brings is added, none is ever dropped."""
    connection.execute("create schema if not exists raw")
    for name, columns in schema().items():
        body = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        connection.execute(f"create table if not exists raw.{name} ({body})")
        for column, kind in columns.items():
            connection.execute(f'alter table raw.{name} add column if not exists "{column}" {kind}')
    connection.execute("update raw.submissions set door = 'file' where door is null")  # from before there were two
