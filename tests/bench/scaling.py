"""One `Scaling` is one kind of work, done by one process and by two at once: how many times as much two get done.

One and two are measured in turn, some times each, and the best of each counts: other work on the machine only ever takes
away. CPU time beside wall time tells the two reasons apart for which two are not twice one: a bundle that costs more CPU
when a neighbour runs (cache, memory), or a second core that is not free. The controls know nothing of our rules.
"""

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier

import msgspec

from orchestration.conformance.check import check
from orchestration.conformance.verdict import Context

PAIRS = 7
Work = Callable[[list[bytes], Context], None]


@dataclass(frozen=True)
class Scaling:
    """`one`, `two`: bundles a second of wall time. `dearer`: CPU time of a bundle in two processes, in times of that in one."""

    name: str
    one: float
    two: float
    dearer: float


def measure(bundles: list[bytes], context: Context, rounds: int) -> list[Scaling]:
    """The checker, and two controls of about the same length."""
    works: list[tuple[str, Work, int]] = [("check", checks, 1), ("decode only", decodes, 3), ("empty loop", spins, 2)]
    return [_scaling(name, work, bundles, context, rounds * more) for name, work, more in works]


def _scaling(name: str, work: Work, bundles: list[bytes], context: Context, rounds: int) -> Scaling:
    ones, twos = [], []
    for _ in range(PAIRS):
        ones.append(_together(1, work, bundles, context, rounds))
        twos.append(_together(2, work, bundles, context, rounds))
    (one, alone), (two, beside) = (tuple(map(min, zip(*times, strict=True))) for times in (ones, twos))
    done = len(bundles) * rounds
    return Scaling(name, done / one, 2 * done / two, beside / alone)


def _together(number: int, work: Work, bundles: list[bytes], context: Context, rounds: int) -> tuple[float, float]:
    """Wall seconds until the last of so many forked processes is done, and CPU seconds of one on average."""
    forked = multiprocessing.get_context("fork")
    start, spent = forked.Barrier(number), forked.SimpleQueue()
    workers = [forked.Process(target=_work, args=(work, bundles, context, rounds, start, spent)) for _ in range(number)]
    for worker in workers:
        worker.start()
    times = [spent.get() for _ in workers]
    for worker in workers:
        worker.join()
    return max(wall for wall, _ in times), sum(cpu for _, cpu in times) / number


def _work(
    work: Work,
    bundles: list[bytes],
    context: Context,
    rounds: int,
    start: Barrier,
    spent: "SimpleQueue[tuple[float, float]]",
) -> None:
    """Once to warm up: a forked process copies each page that it first writes to."""
    work(bundles, context)
    start.wait()
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(rounds):
        work(bundles, context)
    spent.put((time.perf_counter() - wall, time.process_time() - cpu))


def checks(bundles: list[bytes], context: Context) -> None:
    """Every bundle once."""
    for data in bundles:
        check(data, context)


def decodes(bundles: list[bytes], _: Context) -> None:
    """Every bundle decoded into dicts and lists: what no checker can do without."""
    for data in bundles:
        msgspec.json.decode(data)


def spins(bundles: list[bytes], _: Context) -> None:
    """An empty loop for each bundle: touches no memory."""
    for _data in bundles:
        for _number in range(4000):
            pass
