"""One `Sample` is what a process and all that it started have used at one moment: CPU seconds so far, and memory now."""

import os
import subprocess
import threading
import time
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.family import family

TICK = os.sysconf("SC_CLK_TCK")
EVERY = 0.2
SELDOM = 4
"""Seconds between two looks; at every fourth, what is dearer: who belongs to it, and how much memory they have."""


@dataclass(frozen=True)
class Sample:
    """`at`: seconds since the epoch, as Dagster's events have them. `memory`: bytes, shared pages counted once (PSS)."""

    at: float
    cpu: float
    memory: int


@dataclass(frozen=True)
class Used:
    """Of a span of time: seconds of wall and of CPU, peak bytes."""

    wall: float
    cpu: float
    peak: int


@dataclass
class Watched:
    """A child process that has ended, and its samples."""

    code: int
    began: float
    ended: float
    samples: list[Sample] = field(default_factory=list)

    def used(self, start: float, end: float) -> Used:
        """What was used between two moments."""
        inside = [sample.memory for sample in self.samples if start - EVERY <= sample.at <= end + EVERY]
        return Used(end - start, self._cpu(end) - self._cpu(start), max(inside, default=0))

    def whole(self) -> Used:
        return self.used(self.began, self.ended)

    def _cpu(self, at: float) -> float:
        """Between two samples, in proportion."""
        times = [sample.at for sample in self.samples]
        place = bisect_left(times, at)
        if place in (0, len(times)):
            return self.samples[max(0, place - 1)].cpu if self.samples and place else 0.0
        before, after = self.samples[place - 1], self.samples[place]
        return before.cpu + (after.cpu - before.cpu) * (at - before.at) / (after.at - before.at)


def watch(command: Sequence[str], environment: dict[str, str], log: Path) -> Watched:
    """Run a command to its end; where we end before it, so does all that it started."""
    began = time.time()
    with log.open("ab") as told:
        process = subprocess.Popen(command, env=environment, stdout=told, stderr=told, start_new_session=True)
        samples: list[Sample] = []
        done = threading.Event()
        watcher = threading.Thread(target=_look, args=(process.pid, samples, done), daemon=True)
        watcher.start()
        try:
            code = process.wait()
        except BaseException:
            _end(process)
            raise
        finally:
            done.set()
            watcher.join()
    return Watched(code, began, time.time(), samples)


def _end(process: "subprocess.Popen[bytes]") -> None:
    os.killpg(process.pid, 15)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.wait()


def _look(pid: int, samples: list[Sample], done: threading.Event) -> None:
    memory = number = 0
    tree = [pid]
    while not done.wait(EVERY):
        if number % SELDOM == 0:
            tree = family(pid)
            memory = sum(map(_memory, tree))
        number += 1
        used = [ticks for member in tree if (ticks := _ticks(member)) is not None]
        if not used:
            return
        cpu = sum(used) / TICK
        samples.append(Sample(time.time(), max(cpu, samples[-1].cpu if samples else 0.0), memory))


def _ticks(pid: int) -> int | None:
    """CPU of the process and of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return sum(map(int, fields[11:15]))


def _memory(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/smaps_rollup").read_text().partition("\nPss:")[2].split()[0]) * 1024
    except (OSError, IndexError):
        return 0
