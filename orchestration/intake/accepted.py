"""One accepted report is read back from the landing archive, byte for byte, when it is to be passed on."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

import duckdb

from orchestration.intake.landing import arrivals, object_path
from orchestration.intake.ledger import index, segments
from orchestration.intake.ledger.ledger import FOLDER, INDEX
from orchestration.intake.reading import deliveries


@dataclass(frozen=True)
class Accepted:
    """Where an accepted submission stands in the order of receipt, and its bytes. `received_at` is UTC."""

    submission_id: str
    municipality_code: str
    receipt_sequence: int
    received_at: datetime
    data: bytes


def read_accepted(landing_dir: Path, connection: duckdb.DuckDBPyConnection, wanted: str) -> Iterator[Accepted]:
    """The submissions named in the table `wanted` (`submission_id`), by municipality and in order of receipt.

    Memory: the reports of one file at a time. Raises OSError and LookupError: the archive does not hold what raw says.
    """
    rows = connection.execute(QUERY.format(wanted=wanted)).fetchall()
    known = {a.arrival_id: a for day in {row[5] for row in rows} for a in arrivals(landing_dir, day)}
    for arrival_id, group in groupby(rows, key=lambda row: row[4]):
        told = known.get(arrival_id)
        if told is None:  # it came over HTTP: an arrival of its own
            for row in group:
                yield Accepted(row[0], row[1], row[2], row[3], _of_door(landing_dir, row[0]))
            continue
        wanted_lines = {row[6]: row for row in group}
        for delivery in deliveries(object_path(landing_dir, told.content_sha256), told.file_name):
            if delivery.line_number in wanted_lines:
                row = wanted_lines.pop(delivery.line_number)
                yield Accepted(row[0], row[1], row[2], row[3], delivery.data)
        if wanted_lines:
            raise LookupError(LOST)


def _of_door(landing_dir: Path, submission_id: str) -> bytes:
    root = landing_dir / FOLDER
    if not (root / INDEX).is_file():
        raise LookupError(LOST)
    with closing(index.open_index(root / INDEX, read_only=True)) as connection:
        row = index.of_submission(connection, submission_id)
    if row is None:
        raise LookupError(LOST)
    return segments.read_one(root, row.place)[1]


LOST = "The archive does not hold every accepted report. Remedy: put landing back from its backup."

QUERY = """
    select submission_id, municipality_code, receipt_sequence, received_at, arrival_id, received_on, line_number
    from raw.submissions
    semi join {wanted} using (submission_id)
    order by municipality_code, receipt_sequence
"""
