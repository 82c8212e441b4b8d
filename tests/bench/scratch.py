"""One scratch folder is where a benchmark may write: looked at before it starts, and gone when it ends, however it ends."""

import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from tests.bench.family import end_children

BYTES_OF_A_BUNDLE = 8_000
DISK_TIMES = 8
"""Deliveries, their archive, the warehouse (which grows to twice its size while it is written), candidates, releases."""
BASE_MEMORY, MEMORY_OF_A_BUNDLE = 1_500_000_000, 15_000
"""Dagster, dbt and Great Expectations; and what DuckDB wants besides, up to 4 GB."""
MOST_MEMORY = 4_500_000_000
EXIT_TOO_LITTLE = 3


class TooLittle(Exception):
    """There is not enough disk or memory. Tells what is needed, what is there, and what to do."""


def need(
    folder: Path, bundles: int, *, times: int = DISK_TIMES, free_disk: int | None = None, free_memory: int | None = None
) -> None:
    """Refuse a benchmark of so many bundles that can't end well. The free bytes are asked of the machine unless told.

    `times`: how many times the deliveries' bytes are on disk at once.

    Raises:
        TooLittle: nothing was written yet.
    """
    disk = shutil.disk_usage(folder).free if free_disk is None else free_disk
    memory = available_memory() if free_memory is None else free_memory
    asked = {
        f"free disk in {folder}": (
            bundles * BYTES_OF_A_BUNDLE * times + 1_000_000_000,
            disk,
            "--scratch on a larger disk",
        ),
        "free memory": (min(BASE_MEMORY + bundles * MEMORY_OF_A_BUNDLE, MOST_MEMORY), memory, "stop other work"),
    }
    for name, (wanted, there, remedy) in asked.items():
        if there < wanted:
            raise TooLittle(
                f"{bundles:,} bundles need {wanted / 1e9:.1f} GB of {name}; there is {there / 1e9:.1f} GB. Nothing was started. "
                f"Remedy: {remedy}, or fewer --bundles."
            )


def available_memory() -> int:
    """Bytes that can be had without swapping."""
    return int(Path("/proc/meminfo").read_text().partition("MemAvailable:")[2].split()[0]) * 1024


@contextmanager
def scratch(parent: Path, name: str) -> Iterator[Path]:
    """A folder that is removed at the end; SIGTERM and SIGINT are ends like any other."""
    before = signal.signal(signal.SIGTERM, _stopped)
    folder = Path(tempfile.mkdtemp(prefix=f"bench-{name}-", dir=parent))
    try:
        yield folder
    finally:
        end_children()  # one that was being started when the end came would write on
        shutil.rmtree(folder, ignore_errors=True)
        signal.signal(signal.SIGTERM, before)


def _stopped(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
