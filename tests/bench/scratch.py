"""One scratch folder is where a benchmark may write: looked at before it starts, and gone when it ends, however it ends."""

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

BYTES_OF_A_BUNDLE = 8_000
DISK_TIMES = 8
"""Deliveries, their archive, the warehouse (which grows to twice its size while it is written), candidates, releases."""
BASE_MEMORY, MEMORY_OF_A_BUNDLE = 1_500_000_000, 15_000
"""Dagster, dbt and Great Expectations; and what DuckDB wants besides, up to 4 GB."""
MOST_MEMORY = 4_500_000_000
EXIT_TOO_LITTLE = 3


class TooLittle(Exception):
    """There is not enough disk or memory. Tells what is needed, what is there, and what to do."""


def need(folder: Path, bundles: int, *, free_disk: int | None = None, free_memory: int | None = None) -> None:
    """Refuse a benchmark of so many bundles that can't end well. The free bytes are asked of the machine unless told.

    Raises:
        TooLittle: nothing was written yet.
    """
    disk = shutil.disk_usage(folder).free if free_disk is None else free_disk
    memory = available_memory() if free_memory is None else free_memory
    asked = {
        f"free disk in {folder}": (
            bundles * BYTES_OF_A_BUNDLE * DISK_TIMES + 1_000_000_000,
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
        shutil.rmtree(folder, ignore_errors=True)
        signal.signal(signal.SIGTERM, before)


def _stopped(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def die_with_parent() -> None:
    """For the start of a child process: the kernel stops it when the benchmark is killed in a way that nothing can tidy up."""
    import ctypes

    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() == 1:
        os._exit(1)
