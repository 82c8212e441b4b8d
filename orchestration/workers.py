"""One pool is a process per core, for work that Python does on one: what comes back is in the order of what went in."""

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from types import ModuleType
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")
AHEAD = 1
"""Items that a worker has waiting: it is not idle, where they are of one size, and memory stays where it is."""
RARELY = 50_000
"""Objects between two collections in a worker: it makes trees by the million, and hardly a circle."""
PARENT_DIED = 1  # PR_SET_PDEATHSIG


def in_order(work: Callable[[Item], Made], items: Iterable[Item], ahead: int = AHEAD) -> Iterator[Made]:
    """`map(work, items)` over all cores. New processes, not forks: this one may hold threads and an open warehouse.

    `ahead`: how many items a worker may have waiting, or made before their turn. `work` and the items travel by pickle, so that
    `work` is no function of the program that was started (`__main__`). An error in a worker is raised here, when its turn has come.
    """
    cores = len(os.sched_getaffinity(0))
    pool = ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn"), initializer=_begin)
    waiting: deque[Future[Made]] = deque()
    try:
        for item in items:
            with _without_main():
                waiting.append(pool.submit(work, item))
            if len(waiting) > cores * ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _without_main() -> Iterator[None]:
    """Start processes that don't import the program that was started: Dagster is over a second of CPU and 60 MB for each."""
    main, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def die_with_parent() -> None:
    """In a process beside: whatever way the one that started it ends, it ends too."""
    ctypes.CDLL(None).prctl(PARENT_DIED, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _begin() -> None:
    die_with_parent()
    gc.set_threshold(RARELY, 20, 100)
