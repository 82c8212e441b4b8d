"""One `Tail` is one process's hand on the end of the ledger: where the next record goes, and what others left behind it.

Every method is called by the holder of the ledger's lock, inside a transaction of the index.
"""

import contextlib
import os
import sqlite3
from pathlib import Path

from orchestration.durable import sync
from orchestration.intake.ledger import index, segments
from orchestration.intake.ledger.entry import Entry, pack
from orchestration.intake.ledger.segments import SEGMENT_BYTES, Place

AT_ONCE = 500


class Tail:
    """Keeps the segment that is written to open."""

    def __init__(self, root: Path, connection: sqlite3.Connection) -> None:
        self.root, self.connection = root, connection
        self._active: tuple[str, int, int] | None = None  # day, number, descriptor

    def catch_up(self) -> Place | None:
        """Take in what stands in the segments behind the tail, and cut a torn end off; the tail after it."""
        place = index.tail(self.connection)
        if place is not None and self._nothing_behind(place):
            return place
        for day, number in segments.segments(self.root, since=place.day if place else ""):
            if place is None or (day, number) > (place.day, place.number):
                place = self._take_in(Place(day, number, 0))
            elif (day, number) == (place.day, place.number):
                place = self._take_in(place)
        return place

    def append(self, entries: list[tuple[Entry, bytes]], place: Place | None) -> None:
        """Write the entries of one moment behind `place`; on disk when this returns, and noted with the transaction.

        Raises:
            OSError: nothing of it counts.
            sqlite3.Error: nothing of it counts.
        """
        packed = [pack(entry, body) for entry, body in entries]
        place = self._room(place, entries[0][0].received_on.isoformat(), sum(map(len, packed)))
        offset = place.offset
        placed = []
        for (entry, _), data in zip(entries, packed, strict=True):
            placed.append((entry, place._replace(offset=offset)))
            offset += len(data)
        index.add(self.connection, placed)
        index.set_tail(self.connection, place._replace(offset=offset))
        try:
            segments.write(self._descriptor(place), b"".join(packed), place.offset)
        except OSError:
            with contextlib.suppress(OSError):  # else the next holder cuts the torn end off
                segments.seal(self.root, place)
            raise

    def forget(self) -> None:
        """Let go of the open segment; it is opened again when it is needed."""
        if self._active is not None:
            with contextlib.suppress(OSError):
                os.close(self._active[2])
        self._active = None

    def _room(self, place: Place | None, day: str, length: int) -> Place:
        """Where the next `length` bytes go: behind the last record, or into a new segment."""
        fits = place is not None and place.day == day and place.offset + length <= SEGMENT_BYTES
        if place is not None and fits and not segments.is_sealed(self.root, place):
            return place
        if place is not None:
            segments.seal(self.root, place)
        number = place.number + 1 if place is not None and place.day == day else 1
        self.forget()
        self._active = (day, number, segments.make(self.root, day, number, length))
        return Place(day, number, 0)

    def _descriptor(self, place: Place) -> int:
        if self._active is None or self._active[:2] != (place.day, place.number):
            self.forget()
            path = segments.segment_path(self.root, place.day, place.number)
            self._active = (place.day, place.number, os.open(path, os.O_RDWR))
        return self._active[2]

    def _nothing_behind(self, place: Place) -> bool:
        """The usual case, told by one read of an open file."""
        if self._active is None or self._active[:2] != (place.day, place.number):
            return False
        return not segments.is_sealed(self.root, place) and segments.is_blank(self._active[2], place.offset)

    def _take_in(self, place: Place) -> Place:
        """Note the whole records from a place on; what follows them and isn't whole is cut off."""
        found = place
        taken: list[tuple[Entry, Place]] = []
        for end, entry, _ in segments.read_from(self.root, place):
            taken.append((entry, found))
            found = found._replace(offset=end)
            if len(taken) == AT_ONCE:
                index.add(self.connection, taken)
                taken = []
        index.add(self.connection, taken)
        if found != place:  # they were read from the system's cache: on disk before they count
            sync(segments.segment_path(self.root, found.day, found.number))
        if not segments.is_sealed(self.root, found) and not segments.is_blank_at(self.root, found):
            segments.seal(self.root, found)
        index.set_tail(self.connection, found)
        return found
