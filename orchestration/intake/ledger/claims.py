"""One claim is the use of a report id by a file of the drop folder: told to the ledger, so that an id is used once over both doors.

The door answers at once and keeps its word; a file is judged in its day's run. So what the door has accepted stands, and a file
that comes with the same id gives way, whichever arrived first.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from orchestration.intake.ledger import index
from orchestration.intake.ledger.index import Owner
from orchestration.intake.ledger.ledger import Ledger

Known = dict[str, tuple[str, str]]
"""Report id → (submission_id, content_sha256) of the entry that used it."""
AT_ONCE = 100
"""Claims under one hold of the lock: the door waits for them, some milliseconds."""


class Claim(NamedTuple):
    """The ids (shielded) that one accepted submission uses up."""

    submission_id: str
    content_sha256: str
    sender_id: str
    report_ids: tuple[str, ...]


class Claims:
    """The ledger as a day's run sees it."""

    def __init__(self, landing_dir: Path, day: date) -> None:
        self.ledger = Ledger(landing_dir, writes=False)
        self.day = day.isoformat()

    def close(self) -> None:
        """Let go of the ledger."""
        self.ledger.close()

    def used(self, report_ids: Iterable[str]) -> tuple[Known, list[str]]:
        """The ids that the door has accepted, and by which entry; and those that a file of another day uses up, which are all
        that another day's tables can hold of files."""
        found = index.owners(self.ledger.connection, report_ids).values()
        of_door = {o.report_id: (o.submission_id, o.content_sha256) for o in found if o.file_day is None}
        return of_door, [o.report_id for o in found if o.file_day not in (None, self.day)]

    def knows_files(self) -> bool:
        """Whether the run of any day has told which ids its files use up."""
        return index.knows_files(self.ledger.connection)

    def take(self, waiting: Sequence[Claim], day: str | None = None) -> Iterator[Known]:
        """For each claim of a day's file, what of the door stands in its way; nothing: it is granted, all of it."""
        for first in range(0, len(waiting), AT_ONCE):
            with self.ledger.lock(), self.ledger.transaction():
                self.ledger.tail.catch_up()
                found = self._take(waiting[first : first + AT_ONCE], day or self.day)
            yield from found

    def keep(self, submission_ids: set[str], others: Callable[[list[str]], Iterable[Owner]]) -> None:
        """Give back what was claimed for the day by submissions other than these: they are not accepted any more.

        `others` tells which of these ids the files of other days use; they are theirs again.
        """
        with self.ledger.lock(), self.ledger.transaction():
            if free := index.give_back(self.ledger.connection, self.day, submission_ids):
                index.own(self.ledger.connection, others(free))

    def _take(self, claims: Sequence[Claim], day: str) -> list[Known]:
        """What stands in the way of each; those without an obstacle use their ids up."""
        known = index.owners(self.ledger.connection, (name for claim in claims for name in claim.report_ids))
        doors = {o.report_id: (o.submission_id, o.content_sha256) for o in known.values() if o.file_day is None}
        obstacles = [{name: doors[name] for name in claim.report_ids if name in doors} for claim in claims]
        new = [
            Owner(name, claim.submission_id, claim.content_sha256, claim.sender_id, day)
            for claim, obstacle in zip(claims, obstacles, strict=True)
            for name in claim.report_ids
            if not obstacle
        ]
        index.own(self.ledger.connection, [owner for owner in new if known.get(owner.report_id) != owner])
        return obstacles
