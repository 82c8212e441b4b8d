"""One run loads a month of an invented nation, day after day in one process, and tells the memory after each day.

    python -m tests.bench.backfill [--bundles 1200000] [--days 30] [--seed 9] [--name backfill]

Landing, conformance, raw: what one process does for as long as the month takes (dbt and the gates are new processes, or let go of all
that they read, each day). Writes tests/bench/results/NAME.json and NAME.md.
"""

import argparse
import json
import os
import shutil
import sys
import time
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.durable import scratch as scratch_rows
from orchestration.intake.judging import unjudged
from orchestration.intake.landing import arrivals
from orchestration.intake.ledger.claims import Claims
from orchestration.intake.prepared import prepared
from orchestration.intake.raw import load_prepared
from orchestration.intake.senders import load_senders
from orchestration.settings import REPOSITORY
from orchestration.synthetic.nation.plan import plan
from orchestration.synthetic.nation.run import generate
from orchestration.warehouse import connect
from tests.bench.day_table import head, machine, table
from tests.bench.history import RESULTS
from tests.bench.scratch import EXIT_TOO_LITTLE, TooLittle, need, scratch
from tests.pipeline.nation import land

REPORTS_OF_A_CITIZEN_A_DAY = 0.128
"""As the nation of 200,000 citizens had them in a month (2026-11-26)."""


def main() -> int:
    """Look for room, generate, load, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("bundles", 1_200_000), ("days", 30), ("seed", 9)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--name", default="backfill")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--scratch", type=Path, default=REPOSITORY / "data")
    asked = parser.parse_args()
    try:
        need(asked.scratch, asked.bundles, times=3)  # the archive is let go of day by day
    except TooLittle as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_TOO_LITTLE
    before = machine()
    citizens = round(asked.bundles / asked.days / REPORTS_OF_A_CITIZEN_A_DAY)
    with scratch(asked.scratch, asked.name) as folder:
        generate(plan(str(folder / "nation"), citizens=citizens, days=asked.days, seed=asked.seed))
        days = month(folder)
    result = {"machine": before | {"load_after": os.getloadavg()[0]}, "seed": asked.seed, "days": days}
    asked.results.mkdir(parents=True, exist_ok=True)
    (asked.results / f"{asked.name}.json").write_text(json.dumps(result, indent=1) + "\n")
    rows = [
        (d["day"], f"{d['bundles']:,}", f"{d['wall']:.1f}", f"{d['bundles'] / d['wall']:,.0f}", f"{d['memory']:,.0f}")
        for d in days
    ]
    lines = [*head(result, "backfill"), *table(("day", "bundles", "s", "bundles/s", "MB after it"), rows), ""]
    lines += [f"{sum(d['bundles'] for d in days):,} bundles in {sum(d['wall'] for d in days):,.0f} s.", ""]
    (asked.results / f"{asked.name}.md").write_text("\n".join(lines))
    sys.stdout.write("\n".join(lines))
    return 0


def month(folder: Path) -> list[dict[str, Any]]:
    """Each day as the job takes it in; what was delivered is removed as it goes."""
    senders, found = load_senders(folder / "nation" / "senders.yml"), []
    for delivered in sorted((folder / "nation" / "deliveries").iterdir()):
        day, began = date.fromisoformat(delivered.name), time.perf_counter()
        land(delivered, folder)
        shutil.rmtree(delivered)
        reports = unjudged(arrivals(folder / "landing", day), senders, folder / "landing", day)
        with (
            connect(folder / "warehouse.duckdb") as connection,
            closing(Claims(folder / "landing", day)) as claims,
            scratch_rows(folder, "rows") as aside,
        ):
            chunks = prepared(reports, day, day, "nation-secret", aside)
            load = load_prepared(connection, day, chunks, "nation-secret", claims)
        shutil.rmtree(folder / "landing" / "objects")  # the disk is not what is measured
        wall = time.perf_counter() - began
        found.append({"day": day.isoformat(), "bundles": sum(load.states.values()), "wall": wall, "memory": memory()})
    return found


def memory() -> float:
    """Megabytes of this process now."""
    return int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0]) / 1024


if __name__ == "__main__":
    sys.exit(main())
