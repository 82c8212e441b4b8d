"""One `Prepared` is a chunk of judged reports as raw will hold them: shielded, in columns, fit to come from another process."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date
from functools import partial
from itertools import chain, islice
from typing import TypeVar

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.conformance.tables import tables
from orchestration.intake.citizen_key import OWN, citizen_content_hash, citizen_key
from orchestration.intake.judging import Submission, Unjudged, judged
from orchestration.intake.raw_schema import schema
from orchestration.intake.shielding import shield
from orchestration.workers import in_order

CHUNK = 2_000
"""Reports that are settled and written together."""
ARROW = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "BOOLEAN": pa.bool_(),
    "VARCHAR[]": pa.list_(pa.string()),
}
Rows = list[tuple[object, ...]]
Each = TypeVar("Each")


@dataclass(frozen=True)
class Prepared:
    """`submissions` without their bytes and, but for the citizens, without rows: those of the accepted are in `resources`."""

    submissions: list[Submission]
    resources: dict[str, pa.Table]

    def of_accepted(self, submission_ids: set[str]) -> dict[str, pa.Table]:
        """The rows of these; the others were settled otherwise after they were prepared."""
        if all(s.submission_id in submission_ids for s in self.submissions if s.verdict.rows):
            return self.resources
        wanted = pa.array(sorted(submission_ids), pa.string())
        return {name: t.filter(pc.is_in(t["submission_id"], wanted)) for name, t in self.resources.items()}


def prepared(reports: Iterable[Unjudged], day: date, as_of: date, secret: str) -> Iterator[Prepared]:
    """Judge and prepare the reports of a day, in order: by all cores, unless there are few."""
    chunks = batches(reports)
    first = list(islice(chunks, 2))
    work: Callable[[list[Unjudged]], Prepared] = partial(_judge_and_prepare, day=day, as_of=as_of, secret=secret)
    yield from in_order(work, chain(first, chunks)) if len(first) == 2 else map(work, first)


def batches(items: Iterable[Each]) -> Iterator[list[Each]]:
    """Chunk by chunk."""
    iterator = iter(items)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def _judge_and_prepare(chunk: list[Unjudged], day: date, as_of: date, secret: str) -> Prepared:
    return prepare([judged(report, as_of) for report in chunk], day, secret)


def prepare(chunk: list[Submission], day: date, secret: str) -> Prepared:
    """Mask, key and lay out the rows of one chunk. Uses the submissions up: they keep neither their bytes nor their rows."""
    found: dict[str, Rows] = {name: [] for name in tables()}
    for submission in chunk:
        shield(submission, secret)
        if submission.state == "accepted":
            _add_resources(found, submission, day, secret)
        verdict = submission.verdict
        citizens = {name: rows for name, rows in verdict.rows.items() if name == "citizen"}
        submission.verdict = msgspec.structs.replace(verdict, rows=citizens)
        submission.delivery = replace(submission.delivery, data=b"")
    return Prepared(chunk, {name: in_columns(name, rows) for name, rows in found.items()})


def in_columns(name: str, rows: Rows) -> pa.Table:
    """Rows of `raw.<name>` as Arrow has them."""
    columns = schema()[name]
    values = zip(*rows, strict=True) if rows else ([] for _ in columns)
    arrays = [pa.array(list(v), ARROW[kind]) for v, kind in zip(values, columns.values(), strict=True)]
    return pa.Table.from_arrays(arrays, names=list(columns))


def _add_resources(found: dict[str, Rows], s: Submission, day: date, secret: str) -> None:
    names = [c.name for c in tables()["citizen"].columns]
    bundle_at, cpr_at = names.index("bundle_id"), names.index("cpr")
    municipality = s.municipality_code or ""
    received_at = s.arrival.received_at.astimezone(UTC).replace(tzinfo=None)
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
