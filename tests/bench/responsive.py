"""One `Desk` does what others do while a day's run goes: it validates a report and reads a release, again and again, and times it."""

import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from orchestration.settings import REPOSITORY

PAUSE = 2.0
IDLE_ROUNDS = 5


class Desk:
    """Times beside the run, inside the `with` block; `told()` measures once more, idle, and tells both."""

    def __init__(self, folder: Path, environment: dict[str, str], release: Path | None) -> None:
        self._environment = environment
        self._report = folder / "desk.json"
        sample = next((REPOSITORY / "data" / "samples").glob("*/*/*.json"))
        shutil.copyfile(sample, self._report)
        self._release = release
        self._busy: dict[str, list[float]] = {}
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def told(self) -> dict[str, Any]:
        """Median and slowest seconds, busy and idle, and the ratio of the medians."""
        idle: dict[str, list[float]] = {}
        for _ in range(IDLE_ROUNDS):
            self._round(idle)
        return {
            name: {
                "rounds": len(times),
                "busy": statistics.median(times),
                "slowest": max(times),
                "idle": statistics.median(idle[name]),
                "ratio": statistics.median(times) / statistics.median(idle[name]),
            }
            for name, times in self._busy.items()
        }

    def _work(self) -> None:
        while not self._done.is_set():
            self._round(self._busy)
            self._done.wait(PAUSE)

    def _round(self, times: dict[str, list[float]]) -> None:
        works = {"klgateway validate": self._validate} | ({"read a release": self._read} if self._release else {})
        for name, work in works.items():
            times.setdefault(name, []).append(_seconds(work))

    def _validate(self) -> None:
        """A new process, as at a sender's desk; exit code 1 only says what it found."""
        command = [str(Path(sys.executable).parent / "klgateway"), "validate", str(self._report)]
        done = subprocess.run(command, env=self._environment, capture_output=True, check=False)
        if done.returncode not in (0, 1):
            raise RuntimeError(f"klgateway validate ended with {done.returncode}")

    def _read(self) -> None:
        """A reader's own process would start DuckDB first: what is timed is the reading."""
        with duckdb.connect() as connection:
            connection.execute(
                f"select municipality_code, count(*), max(columns(*)) from '{self._release}' group by 1"
            ).fetchall()


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
