"""One run is one small nation delivered in a shuffled order, built day by day, then from scratch: what differs is printed as JSON.

    python -m tests.pipeline.rebuilding FOLDER SEED

A process of its own: dbt keeps its project in the process. Days are built by the same models as in the job.
"""

import json
import sys
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

from orchestration.intake.raw_schema import create_tables
from orchestration.intake.senders import Sender, load_senders
from orchestration.synthetic.nation.plan import plan
from orchestration.synthetic.nation.run import generate
from tests.pipeline.platform import Platform, received

DAYS, FIRST = 30, date(2026, 4, 1)
HISTORY = ["--select", "config.materialized:incremental", "dq_consistency_finding", "int_loads__built"]
ORDER_DECIDES = [
    "known_from_at",
    "known_to_at",
    "submission_id",
    "received_at",
    "received_on",
    "receipt_sequence",
    "bundle_id",
    "entry_index",
]
"""Columns that say how and when a version came to us: another order of arrival, another value."""


def nation(folder: Path, seed: int) -> list[tuple[Sender, bytes]]:
    """Accepted reports of two municipalities in the order in which they were sent."""
    made = plan(str(folder), municipalities="0461,0751", citizens=40, days=DAYS, seed=seed)
    generate(made)
    senders = load_senders(folder / "senders.yml")
    return [
        (senders[file.parent.name], line)
        for file in sorted((folder / "deliveries").rglob("*.ndjson"))
        for line in file.read_bytes().splitlines()
    ]


def main(folder: Path, seed: int) -> dict[str, object]:
    random, told = Random(seed), {}
    sent = nation(folder / "nation", seed)
    days = [FIRST + timedelta(days=n) for n in range(DAYS)]
    # Any day may bring any report; every tenth is delivered again, the same bytes, on a later or an earlier day.
    shuffled: dict[date, list[tuple[Sender, bytes]]] = {day: [] for day in days}
    for report in sent:
        for _ in range(2 if random.random() < 0.1 else 1):
            shuffled[random.choice(days)].append(report)
    platform = Platform(folder)
    for before, day in pairwise([days[0], *days]):
        if random.random() < 0.3:  # the day comes in two runs
            platform.receive(day, received(day, shuffled[day][: len(shuffled[day]) // 2]))
            platform.dbt("run", *HISTORY)
        platform.receive(day, received(day, shuffled[day]))
        if random.random() < 0.2:  # the day before is run again: the same rows
            platform.receive(before, received(before, shuffled[before]))
        if random.random() < 0.5 or day == days[-1]:  # else the next build has two days to take in
            platform.dbt("run", *HISTORY)
    told["rows"] = platform.rows()
    told["findings"] = platform.sql(
        lambda c: c.execute("select count(*) from quality.dq_consistency_finding").fetchall()[0][0]
    )
    platform.keep("day_by_day")
    platform.dbt("run", "--full-refresh", *HISTORY)
    told["day by day and rebuilt"] = platform.differing("day_by_day")

    # A day loses reports (a sender's right was withdrawn, say): what was made of them can't be added to.
    platform.receive(days[9], received(days[9], shuffled[days[9]][: len(shuffled[days[9]]) // 2]))
    platform.dbt("run", *HISTORY)
    told["rows after a loss"] = platform.rows()
    platform.keep("after_a_loss")
    platform.dbt("run", "--full-refresh", *HISTORY)
    told["shrunk day and rebuilt"] = platform.differing("after_a_loss")

    # The same submissions in the order in which they were sent: the same facts, known at other times.
    platform.keep("scratch")
    platform.sql(lambda c: [c.execute(f"drop schema {name} cascade") for name in ("raw", "scratch", "after_a_loss")])
    platform.sql(create_tables)
    platform.receive(days[0], received(days[0], sent))
    platform.dbt("run", "--full-refresh", *HISTORY)
    told["shuffled and in order, what holds"] = {
        name: count
        for name, count in platform.differing("day_by_day", ORDER_DECIDES).items()
        if "reports" not in name and "finding" not in name  # what is late, or silent, is so by order
    }
    return told


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))  # noqa: T201
