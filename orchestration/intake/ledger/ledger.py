"""One `Ledger` is one process's hand on the ledger: whoever holds the lock decides, writes, syncs and notes, a batch at a time.

    decide (index) → append (segment) → fdatasync → note (index) → let go → answer

A process that dies between two of these leaves either nothing, a torn end (cut off by the next holder) or whole records that the
next holder takes in: stored though not acknowledged, which a sender's retry then finds.
"""

import contextlib
import fcntl
import random
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from orchestration.intake.ledger import index, segments
from orchestration.intake.ledger.entry import Entry
from orchestration.intake.ledger.index import Owner
from orchestration.intake.ledger.offers import Answer, CannotStore, InFile, Offer, Stored, Taken
from orchestration.intake.ledger.segments import Place
from orchestration.intake.ledger.tail import Tail

FOLDER, INDEX = "door", "index.sqlite"


class Ledger:
    """Opens what is there, takes in what other processes left, and commits. One thread uses it."""

    def __init__(self, landing_dir: Path, *, writes: bool = True) -> None:
        """With `writes`, the segment at the end is sealed: what a power cut may have left behind the end is never written over."""
        self.root = landing_dir / FOLDER
        self.root.mkdir(parents=True, exist_ok=True)
        self._lock = (self.root / ".lock").open("w")
        with self.lock():
            self.connection = index.open_index(self.root / INDEX)
            self.tail = Tail(self.root, self.connection)
            with self.transaction():
                place = self.tail.catch_up()
                if writes and place is not None and place.offset:
                    segments.seal(self.root, place)

    def close(self) -> None:
        """Let go of files; what is committed stays."""
        self.connection.close()
        self.tail.forget()
        self._lock.close()

    def commit(self, offers: Sequence[Offer], now: datetime | None = None) -> list[Answer]:
        """Store what may be stored, all of it durably, before this returns; one answer an offer, in order.

        Raises:
            CannotStore: none of them was acknowledged; the next call begins where the disk is.
        """
        try:
            with self.lock(), self.transaction():
                place = self.tail.catch_up()
                at = self._clock(now)
                answers, entries = self._decide(offers, at)
                if entries:
                    self.tail.append(entries, place)
                return answers
        except (OSError, sqlite3.Error) as error:
            self.tail.forget()
            raise CannotStore(type(error).__name__) from None

    def entries(self, day: date) -> Iterator[tuple[Entry, bytes]]:
        """The entries of a received day in order of receipt, up to this moment: what comes later was received later."""
        with self.lock(), self.transaction():
            end = self.tail.catch_up()
        for name, number in segments.segments(self.root):
            if name == day.isoformat() and end and (name, number) <= (end.day, end.number):
                until = end.offset if (name, number) == (end.day, end.number) else None
                for _, entry, body in segments.read_from(self.root, Place(name, number, 0), until):
                    yield entry, body

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the ledger alone, against other processes; a killed holder lets go by itself."""
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """One transaction of the index; inside the lock."""
        self.connection.execute("begin immediate")
        try:
            yield
            self.connection.execute("commit")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self.connection.execute("rollback")
            raise

    def _decide(self, offers: Sequence[Offer], at: datetime) -> tuple[list[Answer], list[tuple[Entry, bytes]]]:
        answers: list[Answer] = []
        entries: list[tuple[Entry, bytes]] = []
        new: dict[str, Entry] = {}
        used = index.owners(self.connection, {report_id for offer in offers for report_id in _used(offer)})
        for offer in offers:
            known = self._known(offer, used, new)
            if known is None:
                entry = _entry(offer, at)
                entries.append((entry, offer.body))
                if entry.state == "accepted":
                    new |= dict.fromkeys(entry.uses, entry)
                    used |= {
                        n: Owner(n, entry.submission_id, entry.content_sha256, entry.sender_id, None)
                        for n in entry.uses
                    }
                known = Stored(entry.submission_id, entry.state, entry.findings, at, True)
            answers.append(known)
        return answers, entries

    def _known(self, offer: Offer, used: dict[str, Owner], new: dict[str, Entry]) -> Answer | None:
        """What stands in the way of storing: the ids of an accepted report in this batch, or before it."""
        found = [used[report_id] for report_id in _used(offer) if report_id in used]
        if not found:
            return self._again(offer)
        own = used.get(offer.report_id)
        if own is None or own.content_sha256 != offer.content_sha256 or own.sender_id != offer.sender_id:
            return Taken(all(owner.sender_id == offer.sender_id for owner in found))
        if own.file_day is not None:
            return InFile(own.submission_id)
        entry = new.get(offer.report_id) or self._last(offer.report_id)
        return Stored(entry.submission_id, entry.state, entry.findings, entry.received_at, False)

    def _again(self, offer: Offer) -> Answer | None:
        """A rejected report that is sent again as it was, and is rejected again, is stored once."""
        row = index.last_entry(self.connection, offer.report_id) if offer.state == "rejected" else None
        if row is None or row.content_sha256 != offer.content_sha256 or row.sender_id != offer.sender_id:
            return None
        return Stored(row.submission_id, row.state, offer.findings, row.received, False)

    def _last(self, report_id: str) -> Entry:
        row = index.last_entry(self.connection, report_id)
        if row is None:
            raise OSError("The index of the ledger names an entry that isn't there.")
        return segments.read_one(self.root, row.place)[0]

    def _clock(self, now: datetime | None) -> datetime:
        """Never earlier than the last entry: a clock set back changes no order."""
        last = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=index.newest(self.connection))
        return max(now or datetime.now(UTC), last)


def _used(offer: Offer) -> set[str]:
    """The ids that must be free: its own, and when it is accepted those of the reports inside it."""
    return {offer.report_id, *offer.uses} if offer.state == "accepted" else {offer.report_id}


def _entry(offer: Offer, at: datetime) -> Entry:
    return Entry(
        f"{round(at.timestamp() * 1e6):014x}{random.getrandbits(72):018x}",  # in order of time: cheap to index
        offer.sender_id,
        offer.municipality_code,
        offer.report_id,
        offer.uses,
        offer.content_sha256,
        offer.state,
        offer.findings,
        at,
        offer.request_id,
    )
