"""Each test is one promise about raw rows that are not as they should be: kept, flagged, counted, and no crash of the run."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.unit.dbt.bad_rows import bad_rows
from tests.unit.dbt.warehouse import query

FLAGS = {  # rule → resource of each of the two citizens
    "resource.row.untyped": ("untimed", "without-id", "unhashed", "uncoded"),
    "terminology.code.unknown": ("newer",),
    "resource.lastUpdated.future": ("2099",),
    "reference.target.never-reported": ("nowhere",),
    "resource.period.end-before-start": ("backwards",),
    "resource.period.negative": ("visit",),
    "resource.date.future": ("result",),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse, built without a failure."""
    folder = tmp_path_factory.mktemp("bad-rows")
    command = [sys.executable, "-m", "tests.unit.dbt.bad_rows", str(folder)]
    done = subprocess.run(command, cwd=Path(__file__).resolve().parents[3], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
    return folder / "warehouse.duckdb"


def test_each_fault_is_flagged_once_on_its_day(built: Path) -> None:
    expected = set()
    for who, sequence, day in (("karen", 1, date(2026, 3, 2)), ("hans", 2, date(2026, 3, 3))):
        for rule, names in FLAGS.items():
            for name in names:
                resource = f"without-id-s{sequence}-3" if name == "without-id" else f"{who}-{name}"
                expected.add((rule, resource, day, f"s{sequence}"))
    rows = query(
        built,
        f"""
        select rule_id, resource_id, found_on, submission_id from quality.dq_consistency_finding
        where rule_id in ({", ".join(f"'{rule}'" for rule in FLAGS)})
        """,
    )
    assert sorted(tuple(row.values()) for row in rows) == sorted(expected)


def test_no_row_is_lost(built: Path) -> None:
    told = bad_rows()
    for table, fact in (
        ("condition", "condition"),
        ("goal", "goal"),
        ("planned_intervention", "planned_intervention"),
        ("general_encounter", "encounter"),
        ("follow_up_observation", "follow_up"),
    ):
        for place in (f"staging.stg_{table}", f"intermediate.int_{fact}__versions", f"marts.fct_{fact}"):
            assert query(built, f"select count(*) as rows from {place}") == [{"rows": len(told[table])}], place


def test_a_row_without_a_time_holds_from_the_time_of_its_report(built: Path) -> None:
    rows = query(
        built,
        "select valid_from_at = received_at as stands_in, is_current from marts.fct_condition where condition_id like '%-untimed'",
    )
    assert rows == [{"stands_in": True, "is_current": True}] * 2
