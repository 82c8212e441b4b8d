"""One run measures the checker beside validators a user could pick, on the same bundles: `make bench-conformance SEED=7`.

Bundles are drawn from the synthetic builder by seed: about 15 resources, mixed styles (see `reports.py`). Rates and
percentiles are CPU time of the process, so that other work on the machine disturbs them little; two processes against one
are wall time (`scaling.py`). As intake runs it: warmed up on bundles of the same kind, the collector left on. A Python built without
profile-guided optimisation (pyenv's) is about a seventh slower than Debian's.
"""

import argparse
import gc
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from orchestration.conformance.check import check, explain
from orchestration.conformance.verdict import Context
from orchestration.synthetic import faults
from orchestration.synthetic.bundles import to_json
from tests.bench import peers, scaling
from tests.bench.reports import DAY, drawn
from tests.conformance.specimens import specimens

CONTEXT = Context(sor_codes=None, as_of=DAY)
Judge = Callable[[bytes, Context], object]
MICRO = 1_000_000
ROUNDS, PASSES = 3, 9


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
    show(f"Python {platform.python_version()} of {sys.base_prefix}; ")
    warm, rest = bundles[: len(bundles) // 2], bundles[len(bundles) // 2 :]
    entries = [sum(map(len, check(data, CONTEXT).rows.values())) for data in warm]
    show(f"{sum(entries) / len(entries):.1f} resources; the first half warms up, the second is measured\n\n")
    gc.collect()
    fast = ours(rest)
    memory(bundles, arguments.stream)
    broken = injected()
    rejected(list(broken.values()))
    two_processes(rest[:2000])
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
    passes = sorted(_pass(bundles) for _ in range(PASSES))
    whole = statistics.median(passes)
    megabytes = whole * sum(map(len, bundles)) / len(bundles) / MICRO
    show(
        f"check without a clock around each, {PASSES} times: {whole:,.0f} bundles/s ({megabytes:,.0f} MB/s) in the median, "
    )
    show(f"{passes[0]:,.0f} to {passes[-1]:,.0f}\n")
    return whole


def _pass(bundles: list[bytes]) -> float:
    """Bundles a second of CPU time."""
    started = time.process_time()
    for data in bundles:
        check(data, CONTEXT)
    return len(bundles) / (time.process_time() - started)


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
    """How many times as much two processes get done, beside two controls."""
    show(f"{'bundles/s, wall time':24}{'one':>10}{'two':>10}{'two : one':>12}{'CPU of a bundle':>18}\n")
    for each in scaling.measure(bundles, CONTEXT, ROUNDS):
        show(
            f"{each.name:24}{each.one:>10,.0f}{each.two:>10,.0f}{each.two / each.one:>10.2f} x{each.dearer:>16.2f} x\n"
        )
    show("\n")


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
