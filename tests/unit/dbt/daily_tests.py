"""One run damages rows of a built warehouse, builds it again, and prints as JSON what the data tests of each build found.

    python -m tests.unit.dbt.daily_tests WAREHOUSE FOLDER

A process of its own: dbt keeps its project in the process. WAREHOUSE is the one of the stories, all of it tested; a copy is used.
"""

import json
import os
import shutil
import sys
from datetime import date
from pathlib import Path

import duckdb
from dbt.cli.main import dbtRunner

from tests.unit.dbt.stories import I4_4, World, condition, stories
from tests.unit.dbt.warehouse import PROJECT, insert

OLD = "intermediate.int_condition__versions set sor_code = {} where condition_id = 'ulcer'"
"""A row that no later report touches: Hans's ulcer, closed on 4 March."""


def day_of(world: World, day: str, **said: object) -> dict[str, list[dict[str, object]]]:
    """The raw rows of one more report of Karen's, of a condition of which `said` is said."""
    world.report("karen", f"{day} 10:00", condition(f"sore-{day}", f"{day} 08:00", "a", I4_4, **said))
    on = date.fromisoformat(f"2026-{day}")
    return {table: [row for row in rows if row["received_on"] == on] for table, rows in world.rows.items()}


def main(built: Path, folder: Path) -> dict[str, object]:
    warehouse = folder / "warehouse.duckdb"
    shutil.copyfile(built, warehouse)
    os.environ["KLGATEWAY_WAREHOUSE"] = str(warehouse)
    os.environ["DBT_LOG_PATH"] = str(folder / "logs")
    paths = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(folder / "target")]
    manifest = dbtRunner().invoke(["--quiet", "parse", *paths]).result
    world = World()
    world.rows.update(stories())

    def run(statement: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(warehouse)) as connection:
            return connection.execute(statement).fetchall()

    def receive(day: str, **said: object) -> None:
        for table, rows in day_of(world, day, **said).items():
            if rows:
                insert(warehouse, table, rows)

    def failed(*command: str) -> list[str]:
        """What failed of the command."""
        done = dbtRunner(manifest=manifest).invoke(["--quiet", *command, *paths])
        return sorted({str(r.node.name) for r in done.result if str(r.status) in ("fail", "error")})

    build = ("build", "--exclude-resource-type", "unit_test")
    loads = "select count(*) from intermediate.int_loads__built"
    told: dict[str, object] = {"days": run(loads)}
    run("update " + OLD.format("null"))
    receive("03-09")
    told["a day on top of old damage"] = failed(*build)
    told["days with it"] = run(loads)
    told["dbt test"] = failed("test", "--select", "fct_condition", "int_condition__versions")
    run("update intermediate.int_loads__built set all_tested_on = all_tested_on - 7")
    told["a week later"] = failed(*build, "--fail-fast")
    run("update intermediate.int_loads__built set all_tested_on = all_tested_on + 7")
    run("update " + OLD.format("'mended'"))
    receive("03-10", citizen_key=None)
    told["a damaged day"] = failed(*build, "--fail-fast")
    told["days without it"] = run(loads)
    told["the day after"] = failed(*build, "--fail-fast")
    return told


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2])), default=str))  # noqa: T201
