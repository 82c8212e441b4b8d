"""One row of `reports` is one report id: who used it up, and the last entry under it; of `entries` one entry of the ledger.

The segments are the truth; what is here of them can be made from them again, and is when the file is missing. `tail` is the place
up to which they are known. SQLite, because it is in Python, takes an id in microseconds, and its transactions hold after a kill.
"""

import contextlib
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from orchestration.intake.ledger.entry import Entry
from orchestration.intake.ledger.segments import Place
from orchestration.intake.ledger.statements import ADD_ENTRIES, ADD_LAST, ADD_USED, OWNERS, SCHEMA

LONG_JOURNAL = 1 << 25


class Owner(NamedTuple):
    """Who used an id up. `file_day` is the received day of a file of the drop folder, None for the door."""

    report_id: str
    submission_id: str
    content_sha256: str
    sender_id: str
    file_day: str | None


class Row(NamedTuple):
    """One entry as lists show it; `received_at` in microseconds since 1970, UTC."""

    number: int
    submission_id: str
    report_id: str
    sender_id: str
    municipality_code: str | None
    received_at: int
    content_sha256: str
    state: str
    errors: int
    warnings: int
    day: str
    segment: int
    offset: int

    @property
    def place(self) -> Place:
        """Where its record begins."""
        return Place(self.day, self.segment, self.offset)

    @property
    def received(self) -> datetime:
        """When it was received."""
        return datetime.fromtimestamp(self.received_at / 1e6, tz=UTC)


def open_index(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """The index with its tables. One thread a connection."""
    connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = normal")  # a lost end is read from the segments again
    connection.execute("pragma wal_autocheckpoint = 0")  # a thread of its own does that: nobody waits for it
    connection.execute("pragma cache_size = -16000")
    if not read_only:
        connection.executescript(SCHEMA)
    else:
        connection.execute("pragma query_only = on")
    return connection


def checkpoint(path: Path) -> None:
    """Move what is noted from the journal into the file; a full disk lets it be, the next one does it."""
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(path, timeout=1)) as connection:
        connection.execute("pragma synchronous = normal")
        connection.execute("pragma wal_checkpoint(passive)")
        if path.with_name(f"{path.name}-wal").stat().st_size > LONG_JOURNAL:  # the rest is short: writers wait for it
            connection.execute("pragma wal_checkpoint(restart)")


def tail(connection: sqlite3.Connection) -> Place | None:
    """How far the segments are known; None before the first."""
    found = connection.execute("select day, segment, offset from tail").fetchone()
    return Place(*found) if found else None


def set_tail(connection: sqlite3.Connection, place: Place) -> None:
    """Note how far the segments are known; inside the transaction that adds their entries."""
    if not connection.execute("update tail set day = ?, segment = ?, offset = ?", place).rowcount:
        connection.execute("insert into tail values (?, ?, ?)", place)


def owners(connection: sqlite3.Connection, report_ids: Iterable[str]) -> dict[str, Owner]:
    """Who used the ids up, for those that are used."""
    wanted = msgspec.json.encode(list(report_ids)).decode()
    return {row[0]: Owner(*row) for row in connection.execute(OWNERS, (wanted,)).fetchall()}


def own(connection: sqlite3.Connection, owners: Iterable[Owner]) -> None:
    """Let ids be used up."""
    connection.executemany(
        "insert into reports (report_id, owner, owner_sha256, owner_sender, file_day) values (?, ?, ?, ?, ?) "
        "on conflict (report_id) do update set owner = excluded.owner, owner_sha256 = excluded.owner_sha256, "
        "owner_sender = excluded.owner_sender, file_day = excluded.file_day",
        owners,
    )


def give_back(connection: sqlite3.Connection, file_day: str, submission_ids: set[str]) -> list[str]:
    """Let go of the ids that files of a day use up, but those of these submissions; returns them."""
    query = "select report_id, owner from reports where file_day = ?"
    held = connection.execute(query, (file_day,)).fetchall()
    free = [report_id for report_id, owner in held if owner not in submission_ids]
    connection.executemany(
        "update reports set owner = null, owner_sha256 = null, owner_sender = null, file_day = null where report_id = ?",
        [(report_id,) for report_id in free],
    )
    return free


def knows_files(connection: sqlite3.Connection) -> bool:
    """Whether the run of any day has told which ids its files use up."""
    return bool(connection.execute("select 1 from reports where file_day is not null limit 1").fetchall())


def add(connection: sqlite3.Connection, entries: Sequence[tuple[Entry, Place]]) -> None:
    """Take entries of a segment in, in order; those that are accepted use their ids up.

    Three statements, however many entries: SQLite works through them without the interpreter's lock, which the door needs.
    """
    told = [
        (
            *(e.submission_id, e.report_id, e.sender_id, e.municipality_code, round(e.received_at.timestamp() * 1e6)),
            *(e.content_sha256, e.state, *_counts(e), *place),
        )
        for e, place in entries
    ]
    used = [
        (report_id, e.submission_id, e.content_sha256, e.sender_id)
        for e, _ in entries
        if e.state == "accepted"
        for report_id in e.uses
    ]
    last = {e.report_id: e.submission_id for e, _ in entries}
    connection.execute(ADD_ENTRIES, (msgspec.json.encode(told).decode(),))
    connection.execute(ADD_USED, (msgspec.json.encode(used).decode(),))
    connection.execute(ADD_LAST, (msgspec.json.encode(list(last.items())).decode(),))


def _counts(entry: Entry) -> tuple[int, int]:
    errors = sum(finding.severity == "error" for finding in entry.findings)
    return errors, len(entry.findings) - errors


def last_entry(connection: sqlite3.Connection, report_id: str) -> Row | None:
    """The last entry under an id: the accepted one, else the last rejected one."""
    found = connection.execute(
        "select e.* from reports as r join entries as e on e.submission_id = r.last_submission where r.report_id = ?",
        (report_id,),
    ).fetchone()
    return Row(*found) if found else None


def of_submission(connection: sqlite3.Connection, submission_id: str) -> Row | None:
    """The entry of a submission."""
    found = connection.execute("select * from entries where submission_id = ?", (submission_id,)).fetchone()
    return Row(*found) if found else None


def rows_of(
    connection: sqlite3.Connection,
    municipality_code: str,
    *,
    before: int | None,
    state: str | None,
    day: str | None,
    limit: int,
) -> list[Row]:
    """The newest entries of a municipality, newest first; `before` is the number of the last one on the page before."""
    where = ["municipality_code = ?", "number < ?"] + ["state = ?"] * bool(state) + ["day = ?"] * bool(day)
    values = [municipality_code, before or 1 << 62, *filter(None, (state, day)), limit]
    query = f"select * from entries where {' and '.join(where)} order by number desc limit ?"
    return [Row(*row) for row in connection.execute(query, values).fetchall()]


def newest(connection: sqlite3.Connection) -> int:
    """When the last entry was received, in microseconds since 1970; 0 before the first."""
    found = connection.execute("select received_at from entries order by number desc limit 1").fetchone()
    return int(found[0]) if found else 0
