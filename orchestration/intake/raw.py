"""One row of `raw.<profile>` is one resource of one accepted report; of `raw.submissions` one report; of `raw.findings` one finding.

A received day is replaced whole, in one transaction: to run it again, after anything, gives the same rows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date
from importlib.metadata import version
from itertools import islice

import duckdb
import pyarrow as pa

from orchestration.conformance.tables import tables
from orchestration.intake import loads
from orchestration.intake.citizen_key import OWN, check_unchanged, citizen_content_hash, citizen_key
from orchestration.intake.judging import Submission
from orchestration.intake.ledger.claims import Claims
from orchestration.intake.raw_schema import create_tables, replaced, schema
from orchestration.intake.settling import claim_what_is_loaded, settle_chunk
from orchestration.intake.shielding import shield

CHUNK = 2_000
ARROW = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "BOOLEAN": pa.bool_(),
    "VARCHAR[]": pa.list_(pa.string()),
}


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
    """Replace the rows of one received day by those of `submissions` (in order of receipt), in one transaction.

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
    states = dict.fromkeys(("accepted", "rejected", "duplicate", "parked"), 0)
    rows = dict.fromkeys(replaced(), 0)
    connection.execute("begin transaction")
    try:
        known = loads.before(connection, day)
        for name in replaced():
            connection.execute(f"delete from raw.{name} where received_on = ?", [day])
        for chunk in _chunks(shield(s, citizen_key_secret) for s in submissions):
            settle_chunk(connection, chunk, claims)
            for submission in chunk:
                states[submission.state] += 1
            accepted |= {s.submission_id for s in chunk if s.state == "accepted"}
            for name, values in _tables_of(chunk, day, citizen_key_secret).items():
                _insert(connection, name, values)
                rows[name] += len(values)
        loads.record(connection, day, known)
        connection.execute("commit")
    except (pa.ArrowException, duckdb.Error) as error:  # their texts quote data
        connection.execute("rollback")
        raise RawLoadError(day, type(error).__name__) from None
    except BaseException:
        connection.execute("rollback")
        raise
    if claims:
        claims.keep(accepted)
    return DayLoad(states, rows)


def _chunks(submissions: Iterable[Submission]) -> Iterator[list[Submission]]:
    iterator = iter(submissions)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def _tables_of(chunk: list[Submission], day: date, secret: str) -> dict[str, list[tuple[object, ...]]]:
    found: dict[str, list[tuple[object, ...]]] = {name: [] for name in replaced()}
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
        if s.state == "accepted":
            _add_resources(found, s, day, received_at, secret)
    return found


def _add_resources(
    found: dict[str, list[tuple[object, ...]]], s: Submission, day: date, received_at: object, secret: str
) -> None:
    names = [c.name for c in tables()["citizen"].columns]
    bundle_at, cpr_at = names.index("bundle_id"), names.index("cpr")
    municipality = s.municipality_code or ""
    keys = {row[bundle_at]: citizen_key(secret, municipality, row[cpr_at]) for row in s.verdict.rows.get("citizen", ())}
    envelope = (s.submission_id, day, received_at, s.receipt_sequence, s.sender.sender_id, municipality)
    for name, rows in s.verdict.rows.items():
        found[name].extend((*envelope, keys[row[bundle_at]], *row) for row in rows)
    citizens = found["citizen"]
    first = len(citizens) - len(s.verdict.rows.get("citizen", ()))
    citizens[first:] = [_keyed(row) for row in citizens[first:]]


def _keyed(row: tuple[object, ...]) -> tuple[object, ...]:
    """A row of `raw.citizen` with a content hash that does not hold the CPR."""
    told = dict(zip(schema()["citizen"], row, strict=True))
    told["content_hash"] = citizen_content_hash(str(told["citizen_key"]), [told[name] for name in OWN])
    return tuple(told.values())


def _insert(connection: duckdb.DuckDBPyConnection, name: str, values: list[tuple[object, ...]]) -> None:
    if not values:
        return
    columns = schema()[name]
    arrays = [
        pa.array(list(v), ARROW[kind]) for v, kind in zip(zip(*values, strict=True), columns.values(), strict=True)
    ]
    connection.register("new_rows", pa.Table.from_arrays(arrays, names=list(columns)))
    connection.execute(f"insert into raw.{name} by name select * from new_rows")
    connection.unregister("new_rows")
