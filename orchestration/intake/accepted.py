"""One accepted report is read back from the landing archive, byte for byte, when it is to be passed on."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.intake.landing import Arrival, arrivals, object_path
from orchestration.intake.ledger.bodies import bodies
from orchestration.intake.reading import deliveries

if TYPE_CHECKING:
    import duckdb  # not in a worker, which only reads the archive


@dataclass(frozen=True)
class Accepted:
    """Where an accepted submission stands in the order of receipt, and its bytes. `received_at` is UTC."""

    submission_id: str
    municipality_code: str
    receipt_sequence: int
    received_at: datetime
    data: bytes


@dataclass(frozen=True)
class AcceptedReports:
    """One municipality's accepted reports, in order of receipt: read when they are gone through, wherever that is.

    Memory: the reports of one file at a time. Raises OSError and LookupError: the archive does not hold what raw says.
    """

    municipality_code: str
    landing_dir: Path
    rows: list[tuple[Any, ...]]
    files: dict[str, Arrival]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Accepted]:
        with bodies(self.landing_dir) if any(row[7] == "http" for row in self.rows) else nullcontext(_no_body) as body:
            yield from _in_order(self.rows, self.files, self.landing_dir, body)


def read_accepted(landing_dir: Path, connection: "duckdb.DuckDBPyConnection", wanted: str) -> list[AcceptedReports]:
    """The submissions named in the table `wanted` (`submission_id`), by municipality."""
    rows = connection.execute(QUERY.format(wanted=wanted)).fetchall()
    known = {a.arrival_id: a for day in {row[5] for row in rows} for a in arrivals(landing_dir, day)}
    return [_of(code, landing_dir, list(theirs), known) for code, theirs in groupby(rows, key=lambda row: row[1])]


def _of(code: str, landing_dir: Path, rows: list[tuple[Any, ...]], known: dict[str, Arrival]) -> AcceptedReports:
    """One municipality's, with the journal's entries of its own files: they are sent to another process."""
    files = {row[4]: known[row[4]] for row in rows if row[4] in known}
    return AcceptedReports(code, landing_dir, rows, files)


def _in_order(
    rows: list[tuple[Any, ...]], known: dict[str, Arrival], landing_dir: Path, body: Callable[[str], bytes]
) -> Iterator[Accepted]:
    for (arrival_id, door), group in groupby(rows, key=lambda row: (row[4], row[7])):
        if door == "http":
            yield from (Accepted(row[0], row[1], row[2], row[3], body(row[0])) for row in group)
            continue
        told = known[arrival_id]
        wanted_lines = {row[6]: row for row in group}
        for delivery in deliveries(object_path(landing_dir, told.content_sha256), told.file_name):
            if delivery.line_number in wanted_lines:
                row = wanted_lines.pop(delivery.line_number)
                yield Accepted(row[0], row[1], row[2], row[3], delivery.data)
        if wanted_lines:
            raise LookupError(
                "The archive does not hold every accepted report. Remedy: put landing back from its backup."
            )


def _no_body(submission_id: str) -> bytes:
    raise LookupError(f"{submission_id} did not come over HTTP.")


QUERY = """
    select submission_id, municipality_code, receipt_sequence, received_at, arrival_id, received_on, line_number, door
    from raw.submissions
    semi join {wanted} using (submission_id)
    order by municipality_code, receipt_sequence
"""
