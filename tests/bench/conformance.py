"""One run measures the checker beside validators a user could pick, on the same bundles: `make bench-conformance SEED=7`.

Bundles are drawn from the synthetic builder by seed: about 15 resources, mixed styles (see `reports.py`). Rates and
percentiles are CPU time of the process, so that other work on the machine disturbs them little; two processes against one
are wall time. As intake runs it: warmed up on bundles of the same kind, `gc.freeze()`, collector off.
"""

import argparse
import gc
import multiprocessing
import resource
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path

from orchestration.conformance.check import check, explain
from orchestration.conformance.verdict import Context
from orchestration.synthetic import faults
from orchestration.synthetic.bundles import to_json
from tests.bench import peers
from tests.bench.reports import DAY, drawn
from tests.conformance.specimens import specimens

CONTEXT = Context(sor_codes=None, as_of=DAY)
Judge = Callable[[bytes, Context], object]
MICRO = 1_000_000
ROUNDS = 3


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--bundles", type=int, default=20_000, help="how many are drawn")
    parser.add_argument("--stream", type=int, default=200_000, help="how many are checked to see the memory")
    parser.add_argument("--no-peers", action="store_true")
    arguments = parser.parse_args()
    bundles = list(drawn(arguments.seed, arguments.bundles))
    show(
        f"seed {arguments.seed}: {len(bundles):,} bundles, {sum(map(len, bundles)) / len(bundles):,.0f} bytes on average, "
    )
    warm, rest = bundles[: len(bundles) // 2], bundles[len(bundles) // 2 :]
    entries = [sum(map(len, check(data, CONTEXT).rows.values())) for data in warm]
    show(f"{sum(entries) / len(entries):.1f} resources; the first half warms up, the second is measured\n\n")
    gc.collect()
    gc.freeze()
    gc.disable()
    fast = ours(rest)
    memory(bundles, arguments.stream)
    broken = injected()
    rejected(list(broken.values()))
    two_processes(rest)
    gc.enable()
    if not arguments.no_peers:
        beside(
            peers.measure(rest[:1000], {name: to_json(bundle) for name, bundle in specimens().items()}, broken), fast
        )


def ours(bundles: list[bytes]) -> float:
    """The rate of the fast path (with what falls through it), percentiles, and the explaining path's rate."""
    fast, explained = timed(check, bundles), timed(explain, bundles[:1000])
    show(f"check      {rate(fast):>9,.0f} bundles/s   p50 {point(fast, 50):,.0f} µs   p99 {point(fast, 99):,.0f} µs\n")
    show(
        f"explaining {rate(explained):>9,.0f} bundles/s   p50 {point(explained, 50):,.0f} µs   p99 {point(explained, 99):,.0f} µs\n"
    )
    started = time.process_time()
    for data in bundles:
        check(data, CONTEXT)
    whole = len(bundles) / (time.process_time() - started)
    megabytes = whole * sum(map(len, bundles)) / len(bundles) / MICRO
    show(f"check again without a clock around each: {whole:,.0f} bundles/s ({megabytes:,.0f} MB/s)\n")
    return whole


def rejected(broken: list[bytes]) -> None:
    """Bundles with one injected fault each."""
    times = timed(check, broken * 5)
    show(f"rejected: {len(broken)} faults, p50 {point(times, 50):,.0f} µs, p99 {point(times, 99):,.0f} µs\n")


def memory(bundles: list[bytes], count: int) -> None:
    """Peak memory after a tenth, half and all of a long stream."""
    seen = []
    for number in range(count):
        check(bundles[number % len(bundles)], CONTEXT)
        if number + 1 in (count // 10, count // 2, count):
            seen.append(f"{number + 1:,}: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    show(f"peak memory, the bundles included, after {', '.join(seen)}\n")


def two_processes(bundles: list[bytes]) -> None:
    """Wall time of one and of two processes with as many bundles each, and of a loop that touches no memory beside them."""
    rates = [_together(check_all, bundles, number) for number in (1, 2)]
    spins = [_together(spin, bundles, number) for number in (1, 2)]
    show(f"one process {rates[0]:,.0f}/s, two {rates[1]:,.0f}/s: {rates[1] / rates[0]:.2f} times (wall time; ")
    show(f"an empty loop: {spins[1] / spins[0]:.2f} times, so much of a second core is free)\n\n")


def _together(work: Callable[[list[bytes]], None], bundles: list[bytes], number: int) -> float:
    """Bundles a second of so many forked processes, from when all are warm until the last is done."""
    context = multiprocessing.get_context("fork")
    ready = context.Barrier(number + 1)
    workers = [context.Process(target=_work, args=(work, bundles, ready)) for _ in range(number)]
    for worker in workers:
        worker.start()
    ready.wait()
    started = time.perf_counter()
    for worker in workers:
        worker.join()
    return number * len(bundles) * ROUNDS / (time.perf_counter() - started)


def _work(work: Callable[[list[bytes]], None], bundles: list[bytes], ready: Barrier) -> None:
    work(bundles)
    ready.wait()
    for _ in range(ROUNDS):
        work(bundles)


def check_all(bundles: list[bytes]) -> None:
    """Every bundle once."""
    for data in bundles:
        check(data, CONTEXT)


def spin(bundles: list[bytes]) -> None:
    """As many rounds of an empty loop, about as long."""
    for _ in bundles:
        for _ in range(4000):
            pass


def injected() -> dict[str, bytes]:
    """For each error rule in force now a specimen that breaks it."""
    found = {}
    for rule_id in faults.injectable():
        record = peers.RULES[rule_id]
        if record.severity != "error" or record.phase != "now":
            continue
        for name in ("new", "old", "delivery"):
            try:
                found[rule_id] = to_json(faults.inject(rule_id, specimens()[name]))
                break
            except faults.CannotInjectError:
                continue
    return found


def beside(found: list[peers.Result], fast: float) -> None:
    """The table of peers."""
    show(f"{'validator':44}{'bundles/s':>12}{'ours is':>12}{'faults caught':>16}  note\n")
    show(f"{'ours (check: parse, all door rules, rows)':44}{fast:>12,.0f}{'':>12}{'100 %':>16}\n")
    for each in found:
        ratio = f"{fast / each.rate:,.0f} x" if each.rate else "-"
        caught = f"{each.caught:.0%}" if each.caught is not None else "-"
        show(f"{each.name:44}{each.rate:>12,.1f}{ratio:>12}{caught:>16}  {each.note}\n")


def timed(judge: Judge, bundles: list[bytes]) -> list[float]:
    """Microseconds of CPU for each bundle."""
    times = []
    for data in bundles:
        started = time.thread_time_ns()
        judge(data, CONTEXT)
        times.append((time.thread_time_ns() - started) / 1000)
    return times


def rate(times: list[float]) -> float:
    """Bundles a second."""
    return len(times) * MICRO / sum(times)


def point(times: list[float], percent: int) -> float:
    """A percentile."""
    return sorted(times)[min(len(times) - 1, len(times) * percent // 100)]


def show(text: str) -> None:
    """Print at once."""
    print(text, end="", flush=True)  # noqa: T201


if __name__ == "__main__":
    assert Path("orchestration").is_dir(), "run me from the repository's root: make bench-conformance"
    main()
