"""One line of the log is one thing done with what leaves the gateway: who, when, what, to whom, under which agreement.

Each line holds the hash of the one before and its own, so that a changed, removed or moved line is found (`audit_check.py`).
A line is on disk before what it tells of is seen by anybody. Nothing in it is personal: counts, hashes and names of files.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from orchestration.durable import locked, sync, write_whole

LOG, TORN = "audit.ndjson", ".torn"
NOTHING = "0" * 64
"""The hash before the first line."""
Event = Literal["key", "agreement", "released", "abandoned", "refused", "withdrawn", "pruned", "torn"]
_HASH = b',"hash":"'
_END = len(_HASH) + 64 + len(b'"}')
_CHUNK = 1 << 16


class AuditError(RuntimeError):
    """The log can't be continued. Tells the place and the remedy."""


class Actor(msgspec.Struct, frozen=True):
    """Who did it: the user of the operating system, and the Dagster run, where there is one."""

    user: str
    run: str | None = None


class Body(msgspec.Struct, frozen=True):
    """A line without its own hash. `sequence` counts from 1; `previous` is the hash of the line before."""

    sequence: int
    at: datetime
    actor: Actor
    event: Event
    recipient: str | None
    details: dict[str, Any]
    previous: str


class Entry(Body, frozen=True):
    """A line. `hash` is the SHA-256 of the line up to that field."""

    hash: str


class Head(msgspec.Struct, frozen=True):
    """The last line at some moment: how many there were, and its hash."""

    sequence: int
    hash: str


class AuditLog:
    """The log in one folder. Any number of processes may append to it; a killed one leaves it whole or visibly torn."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.path = directory, directory / LOG

    def append(
        self, event: Event, recipient: str | None, details: dict[str, Any], *, at: datetime, actor: Actor
    ) -> Entry:
        """Add one line, on disk when this returns. Raises AuditError (the log's end is damaged) and OSError."""
        with locked(self.directory), _opened(self.path) as descriptor:
            head = self._mended_head(descriptor, at, actor)
            return _append(descriptor, Body(head.sequence + 1, at, actor, event, recipient, details, head.hash))

    def head(self) -> Head:
        """The last whole line; number 0 where there is none."""
        if not self.path.exists():
            return Head(0, NOTHING)
        with locked(self.directory), self.path.open("rb") as file:
            return _head(file.fileno(), _whole_length(file.fileno()))

    def entries(self, holding: str = "") -> Iterator[Entry]:
        """Every line that can be read (and holds that text), in the file's order. Of the others tells `audit_check`."""
        for line in self.lines():
            if holding.encode() in line and (entry := parse(line)):
                yield entry

    def lines(self) -> Iterator[bytes]:
        """Every line without its end; the last may be torn."""
        if self.path.exists():
            with self.path.open("rb") as file:
                for line in file:
                    yield line.removesuffix(b"\n")

    def _mended_head(self, descriptor: int, at: datetime, actor: Actor) -> Head:
        """The last line. Half a line that a killed process left is kept beside the log, cut off, and told of."""
        size, whole = os.fstat(descriptor).st_size, _whole_length(descriptor)
        head = _head(descriptor, whole)
        if size == whole:
            return head
        torn = os.pread(descriptor, size - whole, whole)
        digest = hashlib.sha256(torn).hexdigest()
        name = f"{LOG}.{head.sequence + 1}-{digest[:8]}{TORN}"
        write_whole(self.directory / name, torn)
        os.ftruncate(descriptor, whole)
        os.fsync(descriptor)
        told = {"file": name, "bytes": len(torn), "sha256": digest}
        entry = _append(descriptor, Body(head.sequence + 1, at, actor, "torn", None, told, head.hash))
        return Head(entry.sequence, entry.hash)


def parse(line: bytes) -> Entry | None:
    """The line as an entry, or None where it is none."""
    try:
        return msgspec.json.decode(line, type=Entry)
    except msgspec.MsgspecError:
        return None


def line_hash(line: bytes) -> str:
    """The hash that a line should give for itself."""
    return hashlib.sha256(line[:-_END]).hexdigest()


def _append(descriptor: int, body: Body) -> Entry:
    start = msgspec.json.encode(body)[:-1]
    digest = hashlib.sha256(start).hexdigest()
    before = os.fstat(descriptor).st_size
    data = start + _HASH + digest.encode() + b'"}\n'
    try:
        if os.write(descriptor, data) != len(data):
            raise OSError(28, "The disk is full", LOG)
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, before)  # nothing was said: the caller does not go on
        raise
    entry = parse(data[:-1])
    assert entry is not None, "what was just written reads back"
    return entry


def _head(descriptor: int, whole: int) -> Head:
    if not whole:
        return Head(0, NOTHING)
    line, start = b"", whole - 1  # the end of the last line
    while start and b"\n" not in line:
        step = min(_CHUNK, start)
        start -= step
        line = os.pread(descriptor, step, start) + line
    line = line[line.rfind(b"\n") + 1 :]
    entry = parse(line)
    if entry is None or entry.hash != line_hash(line):
        what = f"The last line of {LOG} is not one that this platform wrote"
        raise AuditError(f"{what}. Remedy: klgateway audit verify; put the log back from its backup. Nothing was done.")
    return Head(entry.sequence, entry.hash)


def _whole_length(descriptor: int) -> int:
    """Bytes up to and with the last end of a line."""
    end = os.fstat(descriptor).st_size
    while end:
        step = min(_CHUNK, end)
        found = os.pread(descriptor, step, end - step).rfind(b"\n")
        if found >= 0:
            return end - step + found + 1
        end -= step
    return 0


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """The log for appending, made (and its name put on disk) where there is none."""
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
    try:
        if is_new:
            sync(path.parent)
        yield descriptor
    finally:
        os.close(descriptor)
