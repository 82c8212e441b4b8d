"""One `DropFile` is one file that a sender has finished writing; one `LeftInDrop` is a thing that is left where it lies."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

UNFINISHED = (".part", ".tmp", ".filepart", ".partial", ".writing")
"""Endings that transfer programs give a file until it is whole."""


@dataclass(frozen=True)
class DropFile:
    """`folder` is the drop folder's name ("" for a file outside any); size in bytes, `modified_ns` in nanoseconds."""

    folder: str
    path: Path
    size: int
    modified_ns: int


@dataclass(frozen=True)
class LeftInDrop:
    """Something that can't be taken in; `rule_id` says why. `place` is relative to the drop folder."""

    folder: str
    place: str
    rule_id: str


@dataclass(frozen=True)
class DropScan:
    """What lies in the drop folder now. Files that may still be growing are in neither list."""

    ready: tuple[DropFile, ...]
    left: tuple[LeftInDrop, ...]


def scan(drop_dir: Path, settle_seconds: float) -> DropScan:
    """List what lies ready, in order of folder and name.

    A file counts as finished when it was last modified at least `settle_seconds` ago and has no ending that means
    unfinished. Directories and links inside a sender's folder are never followed.
    """
    ready: list[DropFile] = []
    left: list[LeftInDrop] = []
    settled_before = time.time_ns() - int(settle_seconds * 1e9)
    for folder, path in _entries(drop_dir):
        if path.name.startswith(".") or path.name.lower().endswith(UNFINISHED):
            continue
        try:
            if path.is_symlink() or not path.is_file():
                place = os.fsencode(path.relative_to(drop_dir)).decode("utf-8", "replace")
                left.append(
                    LeftInDrop(
                        folder,
                        place,
                        "file.directory" if path.is_dir() and not path.is_symlink() else "file.unreadable",
                    )
                )
                continue
            stat = path.stat()
        except FileNotFoundError:  # taken away while we looked
            continue
        if stat.st_mtime_ns <= settled_before:
            ready.append(DropFile(folder, path, stat.st_size, stat.st_mtime_ns))
    return DropScan(tuple(ready), tuple(left))


def _entries(drop_dir: Path) -> list[tuple[str, Path]]:
    """(folder name, path) of everything one level below a sender's folder, and of files outside any folder."""
    if not drop_dir.is_dir():
        return []
    found: list[tuple[str, Path]] = []
    for top in sorted(drop_dir.iterdir()):
        if top.is_dir() and not top.is_symlink():
            found += [(top.name, path) for path in sorted(top.iterdir())]
        else:
            found.append(("", top))
    return found
