"""One `Lookup` reads what is stored, for answers and pages: its own hand on the ledger's index, which never writes."""

import threading
from dataclasses import dataclass
from pathlib import Path

from orchestration.intake.ledger import index, segments
from orchestration.intake.ledger.entry import Entry
from orchestration.intake.ledger.index import Owner, Row
from orchestration.intake.ledger.ledger import FOLDER, INDEX
from orchestration.intake.ledger.segments import Place


@dataclass(frozen=True, slots=True)
class Page:
    """The newest entries of a municipality, newest first; `before` leads to the next page, None on the last."""

    rows: list[Row]
    before: int | None


class Lookup:
    """Used from any thread, one at a time; each call takes microseconds to milliseconds."""

    def __init__(self, landing_dir: Path) -> None:
        self.root = landing_dir / FOLDER
        self._connection = index.open_index(self.root / INDEX, read_only=True)
        self._lock = threading.Lock()

    def close(self) -> None:
        """Let go of the index."""
        self._connection.close()

    def last(self, report_id: str) -> Row | None:
        """The entry that answers for an id."""
        with self._lock:
            return index.last_entry(self._connection, report_id)

    def of_submission(self, submission_id: str) -> Row | None:
        """The entry of a submission."""
        with self._lock:
            return index.of_submission(self._connection, submission_id)

    def owner(self, report_id: str) -> Owner | None:
        """Who used an id up."""
        with self._lock:
            return index.owners(self._connection, [report_id]).get(report_id)

    def entry(self, place: Place) -> Entry:
        """An entry as it was stored. Raises OSError."""
        return segments.read_one(self.root, place)[0]

    def page(
        self, municipality_code: str, *, before: int | None, state: str | None, day: str | None, most: int
    ) -> Page:
        """A page of the submissions of a municipality."""
        with self._lock:
            rows = index.rows_of(
                self._connection, municipality_code, before=before, state=state, day=day, limit=most + 1
            )
        return Page(rows[:most], rows[most - 1].number if len(rows) > most else None)
