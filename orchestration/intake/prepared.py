"""One `Prepared` is a chunk of judged reports as raw will hold them: shielded, its rows in columns, in a file of their own."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date
from functools import partial
from itertools import chain, islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TypeVar

import msgspec
import pyarrow as pa

from orchestration.conformance.tables import tables
from orchestration.conformance.verdict import Row
from orchestration.intake.citizen_key import OWN, citizen_content_hash, citizen_key
from orchestration.intake.judging import Submission, Unjudged, judged
from orchestration.intake.raw_schema import ENVELOPE, schema
from orchestration.intake.shielded_tables import shielded_tables
from orchestration.intake.shielding import masked, shield
from orchestration.workers import in_order

CHUNK = 1_000
"""Reports that are settled together."""
FEW = 4
"""With fewer chunks they are done sooner here than other processes start."""
AHEAD = 2
"""Chunks that a worker has waiting while others are written: some 8 MB each."""
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
    """`submissions` without their bytes and rows (but for the ids that they use up); the rows of what was accepted so far are
    in `file`: Arrow streams, one for each table of `tables()`, in its order."""

    submissions: list[Submission]
    file: Path

    def resources(self) -> dict[str, pa.Table]:
        """The rows of each table, by memory map: no copy."""
        with pa.memory_map(str(self.file)) as source:
            return {name: pa.ipc.open_stream(source).read_all() for name in tables()}


def prepared(reports: Iterable[Unjudged], day: date, as_of: date, secret: str, scratch: Path) -> Iterator[Prepared]:
    """Judge and prepare the reports of a day, in order: by all cores, unless there are few. The files lie in `scratch`."""
    chunks = batches(reports)
    first = list(islice(chunks, FEW))
    work: Callable[[list[Unjudged]], Prepared] = partial(
        _judge_and_prepare, day=day, as_of=as_of, secret=secret, scratch=scratch
    )
    yield from in_order(work, chain(first, chunks), AHEAD) if len(first) == FEW else map(work, first)


def batches(items: Iterable[Each], size: int = CHUNK) -> Iterator[list[Each]]:
    """Chunk by chunk."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _judge_and_prepare(chunk: list[Unjudged], day: date, as_of: date, secret: str, scratch: Path) -> Prepared:
    return prepare([judged(report, as_of) for report in chunk], day, secret, scratch)


def prepare(chunk: list[Submission], day: date, secret: str, scratch: Path) -> Prepared:
    """Mask, key and lay out the rows of one chunk. Uses the submissions up: they keep neither their bytes nor their rows."""
    laid = _Laid(day, secret)
    for submission in chunk:
        shield(submission, secret)
        if submission.state == "accepted":
            laid.add(submission)
        ids = {"citizen": [row[:1] for row in submission.verdict.rows.get("citizen", ())]}
        submission.verdict = msgspec.structs.replace(submission.verdict, rows=ids if ids["citizen"] else {})
        submission.delivery = replace(submission.delivery, data=b"")
    with NamedTemporaryFile(dir=scratch, delete=False) as file:
        for table in shielded_tables({name: laid.table(name) for name in tables()}, secret).values():
            with pa.ipc.new_stream(file, table.schema) as stream:
                stream.write_table(table)
    return Prepared(chunk, Path(file.name))


def in_columns(name: str, rows: Rows) -> pa.Table:
    """Rows of `raw.<name>` as Arrow has them."""
    return pa.table(dict(zip(schema()[name], _columns(rows, schema()[name].values()), strict=True)))


def _columns(rows: Rows, kinds: Iterable[str]) -> list[pa.Array]:
    kinds = list(kinds)
    values = zip(*rows, strict=True) if rows else ([] for _ in kinds)
    return [pa.array(list(column), ARROW[kind]) for column, kind in zip(values, kinds, strict=True)]


class _Laid:
    """Rows as they are added: of each table those of the checker, and which citizen each belongs to."""

    def __init__(self, day: date, secret: str) -> None:
        self._day, self._secret = day, secret
        self._citizens: Rows = []
        self._rows: dict[str, list[Row]] = {name: [] for name in tables()}
        self._of: dict[str, list[int]] = {name: [] for name in tables()}

    def add(self, s: Submission) -> None:
        """The rows of one accepted submission; its citizens are shielded already, the rest is by column."""
        names = [c.name for c in tables()["citizen"].columns]
        bundle_at, cpr_at = names.index("bundle_id"), names.index("cpr")
        municipality = s.municipality_code or ""
        received_at = s.arrival.received_at.astimezone(UTC).replace(tzinfo=None)
        envelope = (s.submission_id, self._day, received_at, s.receipt_sequence, s.sender.sender_id, municipality)
        numbers: dict[object, int] = {}
        for row in s.verdict.rows["citizen"]:
            key = citizen_key(self._secret, municipality, row[cpr_at])
            numbers[row[bundle_at]] = number = len(self._citizens)
            self._citizens.append((*envelope, key))
            self._rows["citizen"].append(_keyed(dict(zip(names, row, strict=True)), key))
            self._of["citizen"].append(number)
        for name, rows in s.verdict.rows.items():
            if name == "citizen":
                continue
            self._rows[name] += rows
            of = (
                [numbers[masked(row[bundle_at], self._secret)] for row in rows]
                if len(numbers) > 1
                else [number] * len(rows)
            )
            self._of[name] += of

    def table(self, name: str) -> pa.Table:
        """All rows of one table."""
        columns = tables()[name].columns
        of = pa.array(self._of[name], pa.int32())
        before = [column.take(of) for column in _columns(self._citizens, ENVELOPE.values())]
        own = _columns(list(self._rows[name]), (c.type for c in columns))
        return pa.table(dict(zip(schema()[name], [*before, *own], strict=True)))


def _keyed(told: dict[str, object], key: str) -> Row:
    """A row of `raw.citizen` with a content hash that does not hold the CPR."""
    told["content_hash"] = citizen_content_hash(key, [told[name] for name in OWN])
    return tuple(told.values())
