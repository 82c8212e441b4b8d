"""One run measures a day's dbt build on top of 30 and of 300 days of history, the same day in both.

    python -m tests.bench.history [--citizens 5000] [--seed 7] [--long 300] [--short 30]

The nation is generated once; the short history is its last days, so that the measured day, which comes after both, is the
same. Wall and CPU time of the process (dbt and DuckDB run in it). Each day is measured `--rounds` times, in turn, each time on a
copy of the warehouse; the smallest counts.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from datetime import date
from pathlib import Path

from orchestration.intake.senders import Sender, load_senders
from orchestration.synthetic.nation.plan import plan
from orchestration.synthetic.nation.run import generate
from tests.pipeline.platform import Platform, received

BUILD = ("build", "--exclude-resource-type", "unit_test")
Days = dict[date, list[tuple[Sender, bytes]]]


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
        table = []
        for label in measured:
            table.append((label, *day_on_top(folder / label, measured[label], day, days[day], asked.rounds)))
    show(f"{asked.citizens:,} citizens, seed {asked.seed}; the day: {len(days[day]):,} reports\n")
    show(f"{'history':>8} {'reports':>10} {'wall s':>8} {'CPU s':>8}   slowest models and tests (s)\n")
    for label, reports, wall, cpu, slowest in table:
        show(f"{label:>8} {reports:>10,} {wall:>8.2f} {cpu:>8.2f}   {slowest}\n")
    (_, _, wall_short, cpu_short, _), (_, _, wall_long, cpu_long, _) = table
    show(f"ratio: wall {wall_long / wall_short:.2f}, CPU {cpu_long / cpu_short:.2f} (asked: at most 1.3)\n")


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


def day_on_top(
    folder: Path, reports: int, day: date, delivered: list[tuple[Sender, bytes]], rounds: int
) -> tuple[int, float, float, str]:
    """Load the day, then build it on a fresh copy of the warehouse each round."""
    platform = Platform(folder, new=False)
    platform.receive(day, received(day, delivered))
    kept = folder / "kept.duckdb"
    shutil.copyfile(platform.warehouse, kept)
    walls, cpus = [], []
    for _ in range(rounds):
        shutil.copyfile(kept, platform.warehouse)
        wall, cpu = time.perf_counter(), time.process_time()
        platform.dbt(*BUILD)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    slowest = sorted(((r["execution_time"], r["unique_id"].split(".")[2]) for r in results), reverse=True)[:6]
    return reports, min(walls), min(cpus), ", ".join(f"{name[:40]} {seconds:.2f}" for seconds, name in slowest)


def show(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
