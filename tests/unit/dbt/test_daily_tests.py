"""Each test is one promise about the data tests of a daily build: they look at what the day touched, and nothing goes untested."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from orchestration.dbt_manifest import current_manifest

OLD_DAMAGE = "never_null_fct_condition_"
NEW_DAMAGE = "never_null_stg_condition_"


@pytest.fixture(scope="module")
def told(warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the builds of `daily_tests` found."""
    command = [
        sys.executable,
        "-m",
        "tests.unit.dbt.daily_tests",
        str(warehouse),
        str(tmp_path_factory.mktemp("daily")),
    ]
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_daily_build_does_not_look_at_what_the_day_did_not_touch(told: dict[str, Any]) -> None:
    assert told["a day on top of old damage"] == []
    assert told["days with it"] == [[told["days"][0][0] + 1]]


def test_dbt_test_and_the_build_a_week_later_look_at_all_rows(told: dict[str, Any]) -> None:
    for when in ("dbt test", "a week later"):
        assert [name for name in told[when] if name.startswith(OLD_DAMAGE)], when


def test_a_damaged_day_fails_until_it_is_mended(told: dict[str, Any]) -> None:
    for when in ("a damaged day", "the day after"):
        assert [name for name in told[when] if name.startswith(NEW_DAMAGE)], when
    assert told["days without it"] == told["days with it"]


def test_a_day_counts_as_built_after_every_test_that_can_stop_it() -> None:
    """Else a test could fail on a day that the next build no longer looks at. Indicators come after: all their rows are
    tested, always."""
    manifest = json.loads(current_manifest().read_bytes())
    before: set[str] = set()
    ahead = ["model.klgateway.int_loads__built"]
    while ahead:
        ahead = [parent for node in ahead for parent in manifest["parent_map"][node] if parent not in before]
        before.update(ahead)
    named = ("stg_", "int_", "fct_", "bridge_", "dim_", "dq_")
    indicators = {n for n, node in manifest["nodes"].items() if node["path"].startswith("indicators/")}
    tests = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        and node["attached_node"].split(".")[2].startswith(named)
        and node["attached_node"] not in indicators
    ]
    late = [
        test["name"]
        for test in tests
        if test["config"]["severity"].lower() == "error"
        and not set(test["depends_on"]["nodes"]) <= before | {"model.klgateway.int_loads__built"}
    ]
    assert len(tests) > 200
    assert late == []
