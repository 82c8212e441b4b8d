"""Each test is one promise about the indicators in a daily build: a day that freezes nothing leaves them, any other makes them all."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from orchestration.dbt_manifest import current_manifest

VIEWS = ["dim_comparison_group", "dim_indicator", "ind_public_value", "ind_value", "ind_vintage"]


@pytest.fixture(scope="module")
def told(warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the builds of `quiet_days` did."""
    folder = tmp_path_factory.mktemp("quiet")
    command = [sys.executable, "-m", "tests.unit.dbt.quiet_days", str(warehouse), str(folder)]
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_day_that_freezes_nothing_makes_only_the_views_that_others_read(told: dict[str, Any]) -> None:
    for when in ("a day within the month", "the day after that"):
        assert (told[when]["due"], told[when]["made"], told[when]["failed"]) == (None, VIEWS, []), when
    assert told["the day after that"]["rows"] == told["the day after a cut-off"]["rows"]


def test_such_a_day_counts_as_built_and_leaves_the_week_of_all_rows_as_it_is(told: dict[str, Any]) -> None:
    (tested, days), (tested_after, days_after) = (
        told[when]["days"] for when in ("the day after a cut-off", "the day after that")
    )
    assert tested is not None and (tested_after, days_after) == (tested, days + 1)


def test_a_cut_off_and_a_later_load_of_an_earlier_day_make_everything(told: dict[str, Any]) -> None:
    for when in ("the day after a cut-off", "a late load"):
        assert told[when]["due"] == "to freeze: 2026-03-31/2026-04-14"
        assert len(told[when]["made"]) > 60 and told[when]["failed"] == [], when
    assert told["a day within the month"]["rows"]["int_indicator__value"] == 0
    assert told["the day after a cut-off"]["rows"]["int_indicator__value"] > 0
    assert told["a late load"]["counted"] != told["the day after that"]["counted"], "the late load changed figures"
    assert told["nothing more"]["due"] is None


def test_another_project_and_a_build_that_did_not_finish_make_everything(told: dict[str, Any]) -> None:
    assert told["another project"]["due"].startswith("another project")
    assert "did not finish" in told["an unfinished build"]["due"]


def test_a_damage_of_what_is_frozen_is_found_within_a_week_and_each_day_from_then_on(told: dict[str, Any]) -> None:
    assert told["damaged"]["due"] is None
    assert [name for name in told["damaged, a week later"]["failed"] if name.startswith("never_null_ind_value")]
    for when in ("damaged, a week later", "damaged, the day after", "mended"):
        assert "once a week" in told[when]["due"], when
    assert told["mended"]["failed"] == [] and told["after it"]["due"] is None


def test_day_by_day_gives_the_same_figures_as_from_scratch(told: dict[str, Any]) -> None:
    assert len(told["from scratch"]["made"]) > 60
    assert set(told["differ"].values()) == {0}


def test_the_record_of_the_indicators_is_made_after_all_their_tests_and_nobody_needs_what_is_left_out() -> None:
    manifest = json.loads(current_manifest().read_bytes())
    own = {
        name
        for name, node in manifest["nodes"].items()
        if node["fqn"][1] == "indicators" and "access" in node["config"]
    }
    before, ahead = set[str](), ["model.klgateway.int_indicator__built"]
    while ahead:
        ahead = [parent for node in ahead for parent in manifest["parent_map"][node] if parent not in before]
        before.update(ahead)
    assert own - before == {"model.klgateway.int_indicator__built"}
    left_out = {name for name in own if manifest["nodes"][name]["config"]["access"] == "protected"}
    assert len(left_out) > 50
    readers = {
        name: set(node["depends_on"].get("nodes", ())) & left_out
        for name, node in (manifest["nodes"] | manifest["exposures"]).items()
        if node["fqn"][1] != "indicators" and "depends_on" in node
    }
    assert {name: used for name, used in readers.items() if used} == {}
