"""One run builds a warehouse on raw rows that are not as they should be, as the job does it: a warning stops nothing.

    python -m tests.unit.dbt.bad_rows FOLDER

A process of its own: dbt keeps its project in the process. The rows are loaded in two halves and built after each.
"""

import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner

from tests.unit.dbt.stories import I7_1, J1_1, Rows, World, at, condition, intervention
from tests.unit.dbt.warehouse import PROJECT, create_raw, insert

NEWER = "00000000-0000-4000-8000-000000000000"  # a code of a terminology that is newer than ours
YEAR_2099 = datetime(2099, 3, 2, 8)  # noqa: DTZ001 - the warehouse holds UTC without a zone
Resource = tuple[str, dict[str, Any]]


def goal(name: str, **more: Any) -> Resource:
    known = {
        "resource_id": name,
        "last_updated_at": at("03-02 08:00"),
        "content_hash": "a",
        "lifecycle_status_code": "active",
    }
    return "goal", known | more


def visit(name: str, start: str, end: str) -> Resource:
    known = {"resource_id": name, "last_updated_at": at("03-02 08:00"), "content_hash": "a", "status_code": "finished"}
    days = {"period_start_on": date(2026, 3, 2), "period_end_on": date(2026, 3, 2)}
    times = {"period_start_at": at(start), "period_end_at": at(end)}
    return "general_encounter", known | days | times | {
        "period_start_precision": "time",
        "period_end_precision": "time",
    }


def bad_rows() -> Rows:
    """Karen as she should be, and one of each fault; the day after, the same of Hans, so that a build adds to another."""
    world = World()
    for who, day in (("karen", "03-02"), ("hans", "03-03")):
        result = {"resource_id": f"{who}-result", "last_updated_at": at(f"{day} 08:00"), "content_hash": "a"}
        world.report(
            who,
            f"{day} 20:00",
            condition(f"{who}-sound", f"{day} 08:00", "a", J1_1),
            condition(f"{who}-untimed", f"{day} 08:00", "a", I7_1, last_updated_at=None),
            condition(f"{who}-nameless", f"{day} 08:00", "a", I7_1, resource_id=None),
            condition(f"{who}-unhashed", f"{day} 08:00", "a", I7_1, content_hash=None),
            condition(f"{who}-uncoded", f"{day} 08:00", "a", None),
            condition(f"{who}-newer", f"{day} 08:00", "a", NEWER),
            condition(f"{who}-2099", f"{day} 08:00", "a", I7_1, last_updated_at=YEAR_2099),
            goal(f"{who}-nowhere", condition_id="never-sent"),
            goal(f"{who}-dreamt", lifecycle_status_code="dreamt"),
            intervention(f"{who}-backwards", f"{day} 08:00", "a", "H1.1", period_end_on=date(2026, 2, 1)),
            visit(f"{who}-visit", "03-02 10:00", "03-02 09:50"),
            (
                "follow_up_observation",
                result | {"status_code": "final", "effective_on": date(2099, 3, 2), "effective_precision": "day"},
            ),
        )
    return dict(world.rows)


def main(folder: Path) -> None:
    warehouse = folder / "warehouse.duckdb"
    os.environ["KLGATEWAY_WAREHOUSE"] = str(warehouse)
    os.environ["DBT_LOG_PATH"] = str(folder / "logs")
    paths = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(folder / "target")]
    create_raw(warehouse)
    rows = bad_rows()
    for day in (date(2026, 3, 2), date(2026, 3, 3)):
        for table, told in rows.items():
            insert(warehouse, table, [row for row in told if row["received_on"] == day])
        done = dbtRunner().invoke(["--no-use-colors", "build", "--exclude-resource-type", "unit_test", *paths])
        if not done.success:
            sys.exit(f"dbt build failed on {day}: {done.exception or 'see above'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
