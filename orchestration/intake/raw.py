"""One row of `raw.<profile>` is one resource of one accepted report; of `raw.submissions` one report; of `raw.findings` one finding.

A received day is replaced whole, in one transaction: to run it again, after anything, gives the same rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake import loads
from orchestration.intake.citizen_key import check_unchanged
from orchestration.intake.judging import Submission
from orchestration.intake.ledger.claims import Claims
from orchestration.intake.prepared import Prepared, batches, in_columns, prepare
from orchestration.intake.raw_schema import create_tables, replaced
from orchestration.intake.settling import Known, claim_what_is_loaded, settle_chunk, used_by_other_days

TOGETHER = 20
"""Chunks that are written together."""


class RawLoadError(RuntimeError):
    """A received day could not be written; nothing of it was. Names the kind of error, never what it was about."""

    def __init__(self, day: date, kind: str) -> None:
        super().__init__(
            f"The rows of {day.isoformat()} could not be written to schema raw ({kind}); the day is as it was. Remedy: see "
            "whether conformance/profiles and the tables agree, then run the day again."
        )


@dataclass(frozen=True)
class DayLoad:
    """How many submissions of the day ended in each state, and how many rows each table received."""

    states: dict[str, int]
    rows: dict[str, int]


def load_day(
    connection: duckdb.DuckDBPyConnection,
    day: date,
    submissions: Iterable[Submission],
    citizen_key_secret: str,
    claims: Claims | None = None,
) -> DayLoad:
    """`load_prepared` of submissions that were judged in this process."""
    with TemporaryDirectory() as scratch:
        chunks = (prepare(chunk, day, citizen_key_secret, Path(scratch)) for chunk in batches(submissions))
        return load_prepared(connection, day, chunks, citizen_key_secret, claims)


def load_prepared(
    connection: duckdb.DuckDBPyConnection,
    day: date,
    prepared: Iterable[Prepared],
    citizen_key_secret: str,
    claims: Claims | None = None,
) -> DayLoad:
    """Replace the rows of one received day by those of `prepared` (in order of receipt), in one transaction.

    `claims`: the ledger of the HTTP door, so that an id is used once over both doors; None where there is no door.

    Raises:
        RawLoadError: the day could not be written, and is as it was.
        CitizenKeyError: the rows that are there were keyed with another secret.
    """
    create_tables(connection)
    check_unchanged(connection, citizen_key_secret)
    if claims:
        claim_what_is_loaded(connection, claims)
    accepted: set[str] = set()
    known: Known = {}
    states = dict.fromkeys(("accepted", "rejected", "duplicate", "parked"), 0)
    rows = dict.fromkeys(replaced(), 0)
    connection.execute("begin transaction")
    try:
        before = loads.before(connection, day)
        for name in replaced():
            connection.execute(f"delete from raw.{name} where received_on = ?", [day])
        for chunks in batches(prepared, TOGETHER):
            tables: dict[str, list[pa.Table]] = {}
            for chunk in chunks:
                settle_chunk(connection, chunk.submissions, known, day, claims)
                for submission in chunk.submissions:
                    states[submission.state] += 1
                accepted |= {s.submission_id for s in chunk.submissions if s.state == "accepted"}
                made = {name: in_columns(name, rows) for name, rows in _answers(chunk.submissions, day).items()}
                for name, table in (made | _of_accepted(chunk)).items():
                    tables.setdefault(name, []).append(table)
            for name, parts in tables.items():
                rows[name] += _insert(connection, name, pa.concat_tables(parts))
        loads.record(connection, day, before)
        connection.execute("commit")
    except (pa.ArrowException, duckdb.Error) as error:  # their texts quote data
        connection.execute("rollback")
        raise RawLoadError(day, type(error).__name__) from None
    except BaseException:
        connection.execute("rollback")
        raise
    if claims:
        claims.keep(accepted, lambda ids: used_by_other_days(connection, ids, day))
    return DayLoad(states, rows)


def _answers(chunk: list[Submission], day: date) -> dict[str, list[tuple[object, ...]]]:
    """The rows that tell what became of each submission."""
    found: dict[str, list[tuple[object, ...]]] = {"submissions": [], "findings": [], "parked": []}
    software = version("klgateway")
    for s in chunk:
        received_at = s.arrival.received_at.astimezone(UTC).replace(tzinfo=None)
        if s.state == "parked":
            fault = s.verdict.fault
            told = f"{fault.rule_id}: {fault.exception_type}" if fault else None
            found["parked"].append((s.submission_id, day, s.verdict.bundle_id, told))
            continue
        errors = sum(f.severity == "error" for f in s.findings)
        found["submissions"].append(
            (
                *(s.submission_id, day, received_at, s.receipt_sequence, s.sender.sender_id, s.municipality_code),
                *(s.arrival.arrival_id, s.arrival.file_name, s.delivery.line_number),
                *(s.delivery.content_sha256, s.delivery.content_bytes, s.verdict.bundle_id),
                s.verdict.bundle_timestamp,
                *(s.verdict.ig, s.state, s.original_submission_id, errors, len(s.findings) - errors, software),
                "http" if s.entry else "file",
            )
        )
        for number, f in enumerate(s.findings, 1):
            place = (f.rule_id, f.severity, f.profile, f.expression, f.resource_type, f.resource_id, f.occurrences)
            found["findings"].append((s.submission_id, day, number, *place))
    return found


def _of_accepted(chunk: Prepared) -> dict[str, pa.Table]:
    """The rows of what was accepted; what was prepared and then settled otherwise is left out. The chunk's file goes."""
    found = chunk.resources()
    chunk.file.unlink()
    others = [s.submission_id for s in chunk.submissions if s.state != "accepted" and s.verdict.rows]
    if others:
        gone = pa.array(others, pa.string())
        found = {name: t.filter(pc.invert(pc.is_in(t["submission_id"], gone))) for name, t in found.items()}
    return found


def _insert(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> int:
    if rows.num_rows:
        connection.register("new_rows", rows)
        connection.execute(f"insert into raw.{name} by name select * from new_rows")
        connection.unregister("new_rows")
    return int(rows.num_rows)
