"""One pool is a process per core, for work that Python does on one: what comes back is in the order of what went in."""

import ctypes
import gc
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")
AHEAD = 1
"""Items that a worker has waiting: it is not idle, and memory stays where it is."""
RARELY = 50_000
"""Objects between two collections in a worker: it makes trees by the million, and hardly a circle."""
PARENT_DIED = 1  # PR_SET_PDEATHSIG


def in_order(work: Callable[[Item], Made], items: Iterable[Item]) -> Iterator[Made]:
    """`map(work, items)` over all cores. New processes, not forks: this one may hold threads and an open warehouse.

    `work` and the items travel by pickle. An error in a worker is raised here, when its turn has come.
    """
    cores = len(os.sched_getaffinity(0))
    pool = ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn"), initializer=_begin)
    waiting: deque[Future[Made]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > cores * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def die_with_parent() -> None:
    """In a process beside: whatever way the one that started it ends, it ends too."""
    ctypes.CDLL(None).prctl(PARENT_DIED, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _begin() -> None:
    die_with_parent()
    gc.set_threshold(RARELY, 20, 100)
