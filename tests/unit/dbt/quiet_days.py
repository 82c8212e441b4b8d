"""One run builds days that freeze nothing, one that does, a late load, a damage; and prints as JSON what each build made.

    python -m tests.unit.dbt.quiet_days WAREHOUSE FOLDER

A process of its own: dbt keeps its project in the process. WAREHOUSE is the one of the stories, all of it tested; a copy is used.
"""

import json
import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from dbt.cli.main import dbtRunner

from orchestration.indicators.due import build_arguments, why_due
from tests.unit.dbt.daily_tests import day_of
from tests.unit.dbt.stories import World, stories
from tests.unit.dbt.warehouse import PROJECT, insert

KEPT = ("int_indicator__cell", "int_indicator__value", "int_indicator__frozen", "ind_disclosure")
Told = dict[str, object]


class Days:
    """A warehouse, its days, and what became of each build: `told`."""

    def __init__(self, built: Path, folder: Path) -> None:
        self.folder, self.warehouse = folder, folder / "warehouse.duckdb"
        shutil.copyfile(built, self.warehouse)
        os.environ["KLGATEWAY_WAREHOUSE"] = str(self.warehouse)
        os.environ["DBT_LOG_PATH"] = str(folder / "logs")
        project = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
        self.paths = [*project, "--target-path", str(folder / "target")]
        self.manifest = dbtRunner().invoke(["--quiet", "parse", *self.paths]).result
        self.world = World()
        self.world.rows.update(stories())
        self.told: dict[str, Told] = {}

    def run(self, statement: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.warehouse)) as connection:
            return connection.execute(statement).fetchall()

    def receive(self, day: str) -> None:
        for table, rows in day_of(self.world, day).items():
            if table == "loads":
                self.run(f"delete from raw.loads where received_on = date '2026-{day}'")
            if rows:
                insert(self.warehouse, table, rows)

    def due(self) -> str | None:
        with duckdb.connect(str(self.warehouse)) as connection:
            return why_due(connection, self.folder / "target" / "manifest.json", datetime.now(UTC).date())

    def build(self, when: str, *more: str) -> None:
        """Build as the day's run does (with `more`: everything); tell why, what was made, and what failed."""
        due = self.due()
        command = [*build_arguments(" ".join(more) or due), *more]
        done = dbtRunner(manifest=self.manifest).invoke(["--quiet", *command, *self.paths])
        made = {str(r.node.name) for r in done.result if "indicators" in r.node.fqn}
        bad = sorted(str(r.node.name) for r in done.result if str(r.status) in ("fail", "error"))
        rows = {name: self.run(f"select count(*) from indicators.{name}")[0][0] for name in KEPT}
        counted = self.run("select sum(numerator), sum(denominator) from indicators.int_indicator__cell")[0]
        days = self.run("select max(all_tested_on), count(*) from intermediate.int_loads__built")[0]
        self.told[when] = {
            "due": due, "made": sorted(made), "failed": bad, "rows": rows, "counted": counted, "days": days
        }  # fmt: skip


def main(built: Path, folder: Path) -> dict[str, object]:
    days = Days(built, folder)
    days.receive("03-09")
    days.build("a day within the month")
    days.receive("04-15")
    days.build("the day after a cut-off")
    days.receive("04-16")
    days.build("the day after that")
    days.receive("03-20")
    days.build("a late load")
    days.told["nothing more"] = {"due": days.due()}
    days.run("create table known as from indicators.int_indicator__built")
    for name, changed in (("another project", "project_fingerprint"), ("an unfinished build", "frozen_fingerprint")):
        days.run(f"update indicators.int_indicator__built set {changed} = 'former'")
        days.told[name] = {"due": days.due()}
        days.run("create or replace table indicators.int_indicator__built as from known")
    # A damage that a quiet day does not look at, and a week.
    days.run("create table value as from indicators.int_indicator__value")
    days.run("update indicators.int_indicator__value set municipality_count = null")
    days.told["damaged"] = {"due": days.due()}
    for table in ("intermediate.int_loads__built", "indicators.int_indicator__built"):
        days.run(f"update {table} set all_tested_on = all_tested_on - 7")
    days.build("damaged, a week later")
    days.told["damaged, the day after"] = {"due": days.due()}
    days.run("create or replace table indicators.int_indicator__value as from value")
    days.build("mended")
    days.told["after it"] = {"due": days.due()}
    days.run("create schema kept")
    for name in KEPT:
        days.run(f"create table kept.{name} as from indicators.{name}")
    days.build("from scratch", "--full-refresh")
    differ = "select count(*) from ((from {0} except all from {1}) union all (from {1} except all from {0}))"
    days.told["differ"] = {name: days.run(differ.format(f"indicators.{name}", f"kept.{name}"))[0][0] for name in KEPT}
    return dict(days.told)


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2])), default=str))  # noqa: T201
