"""One `Arrival` is one file taken in: its bytes kept write-once under their SHA-256, and a journal entry of who and when.

`landing/objects/<aa>/<sha256>` holds the bytes; `landing/arrivals/<received day>/<arrival_id>.json` the entry. The same file
taken in again after a crash gives the same `arrival_id`, so nothing is read twice; other bytes, another name or a later
modification are another arrival.
"""

import hashlib
import os
import stat
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import msgspec

from orchestration.durable import sync, write_whole
from orchestration.intake.drop import DropFile, DropScan, LeftInDrop
from orchestration.intake.shielding import shown

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
CHUNK = 1 << 20


class Unreadable(Exception):
    """One file of the drop folder can't be read; the others are not affected."""


class Arrival(msgspec.Struct, frozen=True):
    """`folder` is the drop folder it lay in; `received_at` UTC by the gateway's clock; `modified_at` UTC by the file's.

    Names are `shown` ones: a sender may have put a CPR number into them.
    """

    arrival_id: str
    folder: str
    file_name: str
    content_sha256: str
    content_bytes: int
    received_at: datetime
    modified_at: datetime

    @property
    def received_on(self) -> date:
        """The day of receipt in Denmark; partitions everything after."""
        return self.received_at.astimezone(COPENHAGEN).date()


def land(file: DropFile, landing_dir: Path, received_at: datetime) -> Arrival | None:
    """Take one file in: bytes to disk, then the journal, then out of the drop folder.

    Returns None when the file is already known (its first arrival stands) or still changing (it is left alone).

    Raises:
        Unreadable: the file can't be read or is a link; it stays in the drop.
        OSError: the disk is full or a folder can't be written; nothing half-done is left, the file stays in the drop.
    """
    content_sha256 = _archive(file, landing_dir)
    if content_sha256 is None:
        return None
    name = readable_name(file.path)
    modified_at = datetime.fromtimestamp(file.modified_ns // 1000 / 1e6, tz=UTC)
    identity = "\n".join((file.folder, name, content_sha256, str(file.modified_ns)))
    arrival_id = hashlib.sha256(identity.encode()).hexdigest()[:32]
    known = any((day / f"{arrival_id}.json").exists() for day in _days(landing_dir))
    arrival = Arrival(
        arrival_id, shown(file.folder), shown(name), content_sha256, file.size, received_at.astimezone(UTC), modified_at
    )
    if not known:
        path = landing_dir / "arrivals" / arrival.received_on.isoformat() / f"{arrival_id}.json"
        write_whole(path, msgspec.json.format(msgspec.json.encode(arrival)))
    file.path.unlink()
    return None if known else arrival


def land_all(scan: DropScan, landing_dir: Path, received_at: datetime) -> tuple[LeftInDrop, ...]:
    """Take in all that lies ready; returns what is left in the drop folder and why."""
    left = list(scan.left)
    for file in scan.ready:
        try:
            land(file, landing_dir, received_at)
        except Unreadable:
            place = f"{file.folder}/{readable_name(file.path)}" if file.folder else readable_name(file.path)
            left.append(LeftInDrop(file.folder, place, "file.unreadable"))
    return tuple(left)


def arrivals(landing_dir: Path, day: date) -> list[Arrival]:
    """The arrivals of one received day, in order of receipt (then folder and name, for files of one moment)."""
    entries = (landing_dir / "arrivals" / day.isoformat()).glob("*.json")
    found = [msgspec.json.decode(path.read_bytes(), type=Arrival) for path in entries if not path.name.startswith(".")]
    return sorted(found, key=lambda a: (a.received_at, a.folder, a.file_name, a.arrival_id))


def received_days(landing_dir: Path) -> list[date]:
    """Every day on which something arrived, first to last."""
    return sorted(date.fromisoformat(day.name) for day in _days(landing_dir))


def object_path(landing_dir: Path, content_sha256: str) -> Path:
    """Where the bytes of an arrival lie."""
    return landing_dir / "objects" / content_sha256[:2] / content_sha256


def readable_name(path: Path) -> str:
    """The file's name as text; bytes that are not UTF-8 become a question mark in a diamond."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def _days(landing_dir: Path) -> list[Path]:
    root = landing_dir / "arrivals"
    return [day for day in root.iterdir() if day.is_dir()] if root.is_dir() else []


def _archive(file: DropFile, landing_dir: Path) -> str | None:
    """Copy the bytes under their hash; None when the file changed while it was read."""
    incoming = landing_dir / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    aside = incoming / uuid4().hex
    digest = hashlib.sha256()
    try:
        descriptor = os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:  # taken back by the sender
        return None
    except OSError:  # no right to read it, or a link
        raise Unreadable from None
    try:
        with os.fdopen(descriptor, "rb") as source, aside.open("xb") as copy:
            before = os.fstat(source.fileno())
            if not stat.S_ISREG(before.st_mode):
                return None
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
            after = os.fstat(source.fileno())
        unchanged = before.st_size == after.st_size == file.size and after.st_mtime_ns == file.modified_ns
        if not unchanged:
            return None
        target = object_path(landing_dir, digest.hexdigest())
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            aside.chmod(0o440)
            aside.replace(target)
            sync(target.parent)
        return digest.hexdigest()
    finally:
        aside.unlink(missing_ok=True)
