"""One call makes one name on disk whole: written aside, fsynced, renamed. What a killed run left is swept."""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

ASIDE = ".aside-"


def aside(directory: Path, name: str) -> Path:
    """A name in `directory` that no reader looks at and that `sweep` removes."""
    return directory / f"{ASIDE}{uuid4().hex[:8]}-{name}"


def sync(path: Path) -> None:
    """Put a file's bytes, or a directory's names, on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def rename(source: Path, target: Path) -> None:
    """Give `source` its final name in the same directory, and put the name on disk."""
    source.rename(target)
    sync(target.parent)


def write_whole(path: Path, data: bytes) -> None:
    """Write `data` to `path`: a reader sees the former file or the new one, never a half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = aside(path.parent, path.name)
    beside.write_bytes(data)
    sync(beside)
    rename(beside, path)


def write_all_whole(files: Mapping[Path, bytes]) -> None:
    """`write_whole` for many small files: the disk is waited for once, and once per directory, not twice a file."""
    if not files:
        return
    for directory in {path.parent for path in files}:
        directory.mkdir(parents=True, exist_ok=True)
    beside = {path: aside(path.parent, path.name) for path in files}
    for path, data in files.items():
        beside[path].write_bytes(data)
    os.sync()
    for path in files:
        beside[path].rename(path)
    for directory in {path.parent for path in files}:
        sync(directory)


def point(link: Path, target: str) -> None:
    """Let the relative symlink `link` lead to `target` (a name beside it), in one step."""
    beside = aside(link.parent, link.name)
    beside.symlink_to(target)
    rename(beside, link)


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold `directory` alone, against other threads and processes; a killed holder lets go by itself."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def scratch(directory: Path, name: str) -> Iterator[Path]:
    """A folder in `directory` for one user at a time, empty, gone afterwards; what a killed user left in it goes first."""
    folder = directory / f"{ASIDE}{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(directory: Path) -> None:
    """Remove what killed runs left aside. Only while holding the lock."""
    for path in directory.glob(f"{ASIDE}*"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
