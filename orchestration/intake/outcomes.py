"""One row of `status/<day>.sqlite` is one submission of a received day, or one table that has rows of it; left for the HTTP door.

The door knows no DuckDB. `status/findings.sqlite` beside them has what was found since, of any day. Files are replaced whole.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from orchestration.durable import aside, locked, rename, sweep, sync
from orchestration.intake.outcome_files import FINDINGS, SUBMISSIONS

OF_DAY = f"""
create table run (day text, at text);
create table submissions ({", ".join(SUBMISSIONS)}, primary key (submission_id)) without rowid;
create index by_municipality on submissions (municipality_code, receipt_sequence);
create table facts (submission_id, model, rows, primary key (submission_id, model)) without rowid;
create table told (submission_id, number, rule_id, severity, profile, expression, resource_type, resource_id, occurrences,
    primary key (submission_id, number)) without rowid;
"""
SINCE = """
create table findings (submission_id, rule_id, severity, expression, resource_type, resource_id, found_on);
create index by_submission on findings (submission_id);
"""


@dataclass(frozen=True)
class Left:
    """How many submissions, facts and findings the door can tell of."""

    submissions: int
    facts: int
    findings: int


def write_outcomes(connection: duckdb.DuckDBPyConnection, day: date, status_dir: Path, now: datetime) -> Left:
    """Write what became of a day's submissions, and what was found since of any day's. `now`: when, for the reader."""
    submissions = connection.execute(
        """
        select submission_id, receipt_sequence, bundle_id, sender_id, municipality_code, received_at::varchar, door,
            file_name, state, original_submission_id, error_count, warning_count
        from raw.submissions where received_on = ? order by submission_id
        """,
        [day],
    ).fetchall()
    facts = [row for model in _models(connection) for row in _rows_of(connection, model, day)]
    answers = connection.execute(
        """
        select submission_id, finding_number, rule_id, severity, profile, expression, resource_type, resource_id, occurrences
        from raw.findings where received_on = ? order by 1, 2
        """,
        [day],
    ).fetchall()
    findings = connection.execute(
        """
        select submission_id, rule_id, severity_code, expression, resource_type_code, resource_id, found_on::varchar
        from quality.dq_consistency_finding where submission_id is not null order by 1, 7, 2
        """
    ).fetchall()
    run = [(day.isoformat(), now.astimezone(UTC).isoformat())]
    with locked(status_dir):
        sweep(status_dir)
        of_day = {"run": run, "submissions": submissions, "facts": facts, "told": answers}
        _put(status_dir / f"{day.isoformat()}.sqlite", OF_DAY, of_day)
        _put(status_dir / FINDINGS, SINCE, {"findings": findings})
    return Left(len(submissions), len(facts), len(findings))


def _models(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables of the marts whose rows say which submission brought them."""
    found = connection.execute(
        "select table_name from duckdb_columns() where schema_name = 'marts' and column_name = 'submission_id' order by 1"
    ).fetchall()
    return [name for (name,) in found]


def _rows_of(connection: duckdb.DuckDBPyConnection, model: str, day: date) -> list[tuple[object, ...]]:
    return connection.execute(
        f"""
        select submission_id, '{model}', count(*) from marts.{model}
        where submission_id in (select submission_id from raw.submissions where received_on = ? and state = 'accepted')
        group by 1 order by 1
        """,
        [day],
    ).fetchall()


def _put(path: Path, schema: str, rows: Mapping[str, Sequence[Sequence[object]]]) -> None:
    beside = aside(path.parent, path.name)
    with closing(sqlite3.connect(beside, isolation_level=None)) as database:
        database.execute("pragma journal_mode = off")
        database.execute("pragma synchronous = off")  # it counts when it is renamed, and is synced before
        database.executescript(schema)
        database.execute("begin")
        for table, values in rows.items():
            if values:
                marks = ", ".join("?" * len(values[0]))
                database.executemany(f"insert into {table} values ({marks})", values)
        database.execute("commit")
    sync(beside)
    rename(beside, path)
