"""One path is a file, a folder (all its reports, sorted) or `-`; and `shown` is the form in which its name may be shown."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

STDIN = "-"
SUFFIXES = (".json", ".ndjson", ".json.gz", ".ndjson.gz")
MASK = "******-****"
UUID = r"(?<![0-9a-fA-F])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9a-fA-F])"
STAMP = r"(?<!\d)20\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d(?:\d{3})?)?(?!\d)"
HIDDEN = re.compile(rf"({UUID}|{STAMP})|\d{{10,}}|(?<!\d)\d{{6}}[-_ .]?\d{{4}}(?!\d)", re.ASCII)
"""What could be a CPR number: six digits and four, also inside a longer number. A uuid and a time stamp are neither."""


def shown(path: str) -> str:
    """A file name as it may be shown: CPR-like digits masked, nothing that a terminal or a JSON reader can't take."""
    masked = HIDDEN.sub(lambda match: match.group(1) or MASK, path)
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in masked)


def is_missing(path: str) -> bool:
    """Whether a path given by the user does not exist."""
    return path != STDIN and not Path(path).exists()


def has_reports(path: str) -> bool:
    """Whether there is anything to validate; a file is always tried, whatever its name."""
    return path == STDIN or next(files(path), None) is not None


def files(path: str) -> Iterator[Path]:
    """The files of one path: itself, or every report below a folder, sorted; hidden files and other types are left out."""
    start = Path(path)
    if not start.is_dir():
        yield start
        return
    for folder, folders, names in os.walk(start):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                yield Path(folder, name)


def unpacked_size(path: Path) -> int:
    """Bytes of a file once unpacked, for the progress bar only: gzip states it (modulo 4 GB) in its last four bytes."""
    size = path.stat().st_size
    if path.suffix.lower() != ".gz" or size < 18:
        return size
    with path.open("rb") as stream:
        stream.seek(-4, os.SEEK_END)
        return max(size, int.from_bytes(stream.read(4), "little"))
