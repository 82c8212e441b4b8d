"""One run measures a day's dbt build on top of 30 and of 300 days of history, the same day in both.

    python -m tests.bench.history [--citizens 5000] [--seed 7] [--long 300] [--short 30]

The nation is generated once; the short history is its last days, so that the measured day, which comes after both, is the
same. Wall and CPU time of the process (dbt and DuckDB run in it). Each day is measured `--rounds` times, the two in turn so that
what else the machine does falls on both, each time on a copy of the warehouse; the smallest counts.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from orchestration.indicators.due import build_arguments, why_due
from orchestration.intake.senders import Sender, load_senders
from orchestration.synthetic.nation.plan import plan
from orchestration.synthetic.nation.run import generate
from tests.pipeline.platform import Platform, received

BUILD = ("build", "--exclude-resource-type", "unit_test")
Days = dict[date, list[tuple[Sender, bytes]]]


@dataclass(frozen=True)
class Round:
    """One measured build, in seconds; `nodes`: the time of each model, test and seed, by its id."""

    wall: float
    cpu: float
    nodes: dict[str, float]

    def by_kind(self) -> dict[str, float]:
        """Models, tests, and the rest: seeds, and what dbt does between the nodes."""
        kinds = {"model": 0.0, "test": 0.0}
        for name, seconds in self.nodes.items():
            if (kind := name.split(".")[0]) in kinds:
                kinds[kind] += seconds
        return kinds | {"rest": self.wall - sum(kinds.values())}

    def slowest(self) -> str:
        """The six slowest models and tests."""
        first = sorted(self.nodes.items(), key=lambda node: -node[1])[:6]
        return ", ".join(f"{name.split('.')[2][:40]} {seconds:.2f}" for name, seconds in first)


def main() -> None:
    """Generate, load, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("citizens", 5000), ("seed", 7), ("long", 300), ("short", 30), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-history-") as name:
        folder = Path(name)
        days = delivered(folder / "nation", asked.citizens, asked.long + 1, asked.seed)
        *before, day = sorted(days)[: asked.long + 1]
        measured = {}
        for label, history in (("short", before[-asked.short :]), ("long", before)):
            where = folder / label
            where.mkdir()
            measured[label] = prepared(where, days, history)
        for label in measured:
            with_day(folder / label, day, days[day])
        rounds: dict[str, list[Round]] = {label: [] for label in measured}
        for _ in range(asked.rounds):
            for label, done in rounds.items():
                done.append(built(folder / label))
    show(
        f"{asked.citizens:,} citizens, seed {asked.seed}; the day: {len(days[day]):,} reports; load {os.getloadavg()[0]:.1f}\n"
    )
    show(
        f"{'history':>8} {'reports':>9} {'wall s':>7} {'CPU s':>7} {'models':>7} {'tests':>7} {'rest':>7}   slowest (s)\n"
    )
    best = {label: (min(r.wall for r in done), min(r.cpu for r in done)) for label, done in rounds.items()}
    for label, done in rounds.items():
        quickest = min(done, key=lambda r: r.cpu)
        kinds = quickest.by_kind()
        parts = " ".join(f"{kinds[kind]:>7.2f}" for kind in ("model", "test", "rest"))
        show(
            f"{label:>8} {measured[label]:>9,} {best[label][0]:>7.2f} {best[label][1]:>7.2f} {parts}   {quickest.slowest()}\n"
        )
    wall, cpu = (best["long"][n] / best["short"][n] for n in (0, 1))
    show(f"ratio: wall {wall:.2f}, CPU {cpu:.2f} (asked: at most 1.3)\n")


def delivered(folder: Path, citizens: int, days: int, seed: int) -> Days:
    """Received day → reports, in order."""
    generate(plan(str(folder), citizens=citizens, days=days, seed=seed))
    senders = load_senders(folder / "senders.yml")
    found: Days = defaultdict(list)
    for file in sorted((folder / "deliveries").rglob("*.ndjson")):
        sender = senders[file.parent.name]
        found[date.fromisoformat(file.parent.parent.name)] += [
            (sender, line) for line in file.read_bytes().splitlines()
        ]
    return found


def prepared(folder: Path, days: Days, history: list[date]) -> int:
    """A warehouse with the history built in it; how many reports it holds."""
    platform = Platform(folder)
    for day in history:
        platform.receive(day, received(day, days[day]))
    platform.dbt(*BUILD)
    return sum(len(days[day]) for day in history)


def with_day(folder: Path, day: date, delivered: list[tuple[Sender, bytes]]) -> None:
    """The measured day is loaded, and not built: `kept.duckdb`."""
    platform = Platform(folder, new=False)
    platform.receive(day, received(day, delivered))
    platform.sql(lambda c: c.execute("checkpoint"))  # dbt keeps the file open: else the copy lacks the day
    shutil.copyfile(platform.warehouse, folder / "kept.duckdb")


def built(folder: Path) -> Round:
    """The day built on a fresh copy of `kept.duckdb`."""
    platform = Platform(folder, new=False)
    shutil.copyfile(folder / "kept.duckdb", platform.warehouse)
    wall, cpu = time.perf_counter(), time.process_time()
    today = datetime.now(UTC).date()
    due = platform.sql(lambda c: why_due(c, folder / "target" / "manifest.json", today))
    platform.dbt(*build_arguments(due))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    return Round(wall, cpu, {result["unique_id"]: result["execution_time"] for result in results})


def show(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
