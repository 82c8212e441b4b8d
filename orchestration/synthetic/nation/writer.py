"""One `Shelf` holds the deliveries that are being written: one NDJSON file per sender and day, or one file per report."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

MOST_HELD = 24_000_000
"""Bytes kept in memory before they are appended to their files: memory is flat, and files are opened seldom."""

AT_A_TIME = 16


class Shelf:
    """`add` puts a report on it; the digest of all is the same for the same reports, whatever the files."""

    def __init__(self, folder: Path, *, one_file_per_bundle: bool) -> None:
        self.folder = folder
        self._single = one_file_per_bundle
        self._held: dict[tuple[str, str], list[bytes]] = {}
        self._counts: dict[tuple[str, str], int] = {}
        self._digests: dict[tuple[str, str], hashlib._Hash] = {}
        self._size = 0

    def add(self, day: str, sender_id: str, data: bytes) -> tuple[str, int | None]:
        """The file name it gets and, in NDJSON, the line number."""
        key = (day, sender_id)
        number = self._counts[key] = self._counts.get(key, 0) + 1
        if key not in self._digests:
            self._digests[key] = hashlib.sha256(f"{day}/{sender_id}\n".encode())
            (self.folder / day / sender_id).mkdir(parents=True, exist_ok=True)
        self._digests[key].update(data)
        self._digests[key].update(b"\n")
        if self._single:
            name = f"{day}-{number:06d}.json"
            with (self.folder / day / sender_id / name).open("xb") as stream:
                stream.write(data)
            return name, None
        self._held.setdefault(key, []).append(data)
        self._size += len(data)
        if self._size > MOST_HELD:
            self.flush()
        return _lines(day), number

    def flush(self) -> None:
        """Append what is held to its files."""
        for (day, sender_id), parts in self._held.items():
            with (self.folder / day / sender_id / _lines(day)).open("ab") as stream:
                stream.write(b"\n".join([*parts, b""]))
        self._held.clear()
        self._size = 0

    def digest(self) -> str:
        """One hash of all deliveries: sender and day in order, and the reports of each in theirs."""
        every = "".join(self._digests[key].hexdigest() for key in sorted(self._digests))
        return hashlib.sha256(every.encode()).hexdigest()


def _lines(day: str) -> str:
    return f"reports-{day}.ndjson"


def sync_tree(folder: Path) -> None:
    """Put every file below, and every name, on disk; several at a time, since the disk does the waiting."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for _ in pool.map(_sync, (*folder.rglob("*"), folder)):
            pass


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
