"""One run measures a day's dbt build on top of histories of several lengths, the same day in all.

    python -m tests.bench.history [--days 0 30 300] [--citizens 5000] [--seed 7] [--rounds 3] [--full-refresh] [--name history]

The nation is generated once; a shorter history is its last days, so that the measured day, which comes after all, is the
same. Wall and CPU time of the process (dbt and DuckDB run in it). Each day is measured `--rounds` times, the lengths in turn so that
what else the machine does falls on all, each time on a copy of the warehouse; the smallest counts. `--full-refresh`: the naive way
too, all of the longest history built anew. Writes tests/bench/results/NAME.json, NAME.md, NAME.svg.
"""

import argparse
import json
import os
import shutil
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from orchestration.indicators.due import build_arguments, why_due
from orchestration.intake.senders import Sender, load_senders
from orchestration.synthetic.nation.plan import plan
from orchestration.synthetic.nation.run import generate
from tests.bench.day_table import head, machine, table
from tests.bench.plot import Line, plot
from tests.bench.scratch import EXIT_TOO_LITTLE, TooLittle, need, scratch
from tests.pipeline.platform import PROJECT, Platform, received

RESULTS = Path(__file__).parent / "results"
REPORTS_OF_A_CITIZEN_A_DAY = 0.2
START = "2025-10-01"
"""So that 13 months lie within those of the guide's codes."""
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


def main() -> int:
    """Look for room, generate, load, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("citizens", 5000), ("seed", 7), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--days", type=int, nargs="+", default=[30, 300])
    parser.add_argument("--full-refresh", action="store_true")
    parser.add_argument("--name", default="history")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--scratch", type=Path, default=PROJECT.parent / "data")
    asked = parser.parse_args()
    lengths = sorted(asked.days)
    try:
        need(asked.scratch, round(asked.citizens * lengths[-1] * REPORTS_OF_A_CITIZEN_A_DAY), times=len(lengths) + 1)
    except TooLittle as error:
        show(f"{error}\n")
        return EXIT_TOO_LITTLE
    before = machine()
    with scratch(asked.scratch, asked.name) as folder:
        days = delivered(folder / "nation", asked.citizens, lengths[-1] + 1, asked.seed)
        *history, day = sorted(days)[: lengths[-1] + 1]
        reports = {n: prepared(folder / str(n), days, history[len(history) - n :]) for n in lengths}
        for n in lengths:
            with_day(folder / str(n), day, days[day])
        rounds: dict[int, list[Round]] = {n: [] for n in lengths}
        for _ in range(asked.rounds):
            for n, done in rounds.items():
                done.append(built(folder / str(n)))
        naive = [built(folder / str(lengths[-1]), "--full-refresh")] if asked.full_refresh else []
        sizes = {n: (folder / str(n) / "kept.duckdb").stat().st_size for n in lengths}
    result = {
        "machine": before | {"load_after": os.getloadavg()[0]},
        **{"seed": asked.seed, "citizens": asked.citizens, "day": len(days[day]), "rounds": asked.rounds},
        "lengths": [_told(n, reports[n], sizes[n], rounds[n]) for n in lengths],
        "full_refresh": {"wall": naive[0].wall, "cpu": naive[0].cpu} if naive else None,
    }
    write(result, asked.results, asked.name)
    show((asked.results / f"{asked.name}.md").read_text())
    return 0


def _told(days: int, reports: int, size: int, done: list[Round]) -> dict[str, Any]:
    quickest = min(done, key=lambda r: r.cpu)
    return {
        **{"days": days, "reports": reports, "bytes": size, "wall": min(r.wall for r in done), "cpu": quickest.cpu},
        **{"slowest_cpu": max(r.cpu for r in done), "by_kind": quickest.by_kind(), "slowest": quickest.slowest()},
    }


def write(result: dict[str, Any], folder: Path, name: str) -> None:
    """JSON, markdown and the plot of cost against length of history."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n")
    lengths = result["lengths"]
    kinds = ("model", "test", "rest")
    rows = [
        (
            *(n["days"], f"{n['reports']:,}", f"{n['bytes'] / 1e6:,.0f}", f"{n['wall']:.2f}", f"{n['cpu']:.2f}"),
            *(f"{n['slowest_cpu']:.2f}", *(f"{n['by_kind'][kind]:.2f}" for kind in kinds), n["slowest"]),
        )
        for n in lengths
    ]
    header = (
        "days",
        "reports",
        "warehouse MB",
        "wall s",
        "CPU s",
        "dearest round",
        "models",
        "tests",
        "rest",
        "slowest (s)",
    )
    ratios = [f"{kind} {lengths[-1][kind] / lengths[0][kind]:.2f}" for kind in ("wall", "cpu")]
    naive = result["full_refresh"]
    text = [
        *head(result, "history"),
        f"{result['citizens']:,} citizens; the day: {result['day']:,} reports, built {result['rounds']} times on each length.",
        "",
        *table(header, rows),
        "",
        f"Longest to shortest: {', '.join(ratios)} (asked: at most 1.3).",
        *(
            [f"All of the longest history built anew: {naive['wall']:.1f} s, {naive['cpu']:.1f} s of CPU."]
            if naive
            else []
        ),
        *["", f"![Cost of a day against days of history]({name}.svg)", ""],
    ]
    (folder / f"{name}.md").write_text("\n".join(text))
    lines = [Line("build", [(max(n["days"], 1), n["cpu"]) for n in lengths])]
    lines += [Line(kind, [(max(n["days"], 1), n["by_kind"][kind]) for n in lengths]) for kind in kinds]
    (folder / f"{name}.svg").write_text(
        plot("CPU seconds of a day's build against days of history", "days", "CPU s", lines)
    )


def delivered(folder: Path, citizens: int, days: int, seed: int) -> Days:
    """Received day → reports, in order."""
    generate(plan(str(folder), citizens=citizens, days=days, start=START, seed=seed))
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
    folder.mkdir()
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


def built(folder: Path, *more: str) -> Round:
    """The day built on a fresh copy of `kept.duckdb`."""
    platform = Platform(folder, new=False)
    shutil.copyfile(folder / "kept.duckdb", platform.warehouse)
    wall, cpu = time.perf_counter(), time.process_time()
    today = datetime.now(UTC).date()
    due = platform.sql(lambda c: why_due(c, folder / "target" / "manifest.json", today))
    platform.dbt(*build_arguments("asked" if more else due), *more)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    return Round(wall, cpu, {result["unique_id"]: result["execution_time"] for result in results})


def show(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
