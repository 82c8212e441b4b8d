"""One test looks for a marked CPR in one kind of what a run writes, after it was planted in every way to fail that we know of."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.pipeline.conftest import ROOT
from tests.pipeline.privacy.planting import CPR, HYPHEN, SABOTAGE, SENDER
from tests.pipeline.privacy.searching import in_duckdb, in_files, needles

WANTED = needles(CPR)
RESTRICTED = {("raw", "citizen", "cpr"), ("intermediate", "int_citizen__identity", "cpr")}
ALLOWED = ("landing/objects/", "drop/", "warehouse.duckdb")
PRODUCTS = ("candidates/", "releases/")
"""Of these, the Parquet files alone may hold it: both agreements have `identity: cpr`."""


@dataclass(frozen=True)
class Planted:
    """What the run wrote, showed, and told of its steps."""

    data: Path
    dagster: Path
    output: str
    told: dict[str, Any]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        connection = duckdb.connect(str(self.data / "warehouse.duckdb"), read_only=True)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    root = tmp_path_factory.mktemp("privacy")
    data, dagster = root / "data", root / "dagster"
    dagster.mkdir()
    shutil.copy(ROOT / ".dagster" / "dagster.yaml", dagster)
    unwanted = shutil.ignore_patterns("target", "logs", ".user.yml")
    shutil.copytree(ROOT / "dbt_project", data / "project", ignore=unwanted)
    env = os.environ | {"KLGATEWAY_DATA": str(data), "DAGSTER_HOME": str(dagster)}
    command = [sys.executable, "-m", "tests.pipeline.privacy.running"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return Planted(data, dagster, done.stdout + done.stderr, json.loads((data / "told.json").read_text()))


def test_each_way_to_fail_was_taken(planted: Planted) -> None:
    """Otherwise there would be nothing to look for."""
    told = planted.told
    failed = {step for step, well in told["gateway"].items() if not well}
    assert failed == {"dbt_models"}
    assert {step for step, well in told["publishing"].items() if not well} == {"flis_gate"}, (
        "sds_health gets no birth dates"
    )
    assert told["crashes"] == [False] * 5
    assert (told["build"], told["generate"]) == (False, True)
    (of_run,) = (planted.data / "project" / "target").glob("dbt_models*/run_results.json")
    results = json.loads(of_run.read_text())["results"]
    by_state = {r["unique_id"].split(".")[2]: r["status"] for r in results}
    for name in SABOTAGE:
        assert by_state.get(name.removesuffix(".sql"), "error") == "error", name
    failed_tests = [r["status"] for r in results if ".raw_again_" in r["unique_id"] or "_raw_again_" in r["unique_id"]]
    assert sorted(failed_tests) == ["error", "fail", "fail", "fail", "fail"]
    states = dict(planted.rows("select state, count(*) from raw.submissions group by all"))
    assert states["accepted"] >= 2 and states["duplicate"] == 1 and states["rejected"] >= 25
    assert planted.rows(f"select count(*) > 0 from raw.citizen where cpr = '{CPR}'") == [(True,)]


def test_files_hold_no_cpr(planted: Planted) -> None:
    """Receipts, listings, journals, records of candidates and gates, dbt's log, results, compiled SQL, manifest and docs."""
    every = {p.relative_to(planted.data).as_posix() for p in planted.data.rglob("*.parquet")}
    parquet = {name for name in every if name.startswith(PRODUCTS)}
    assert parquet and all(name.startswith("gates/") for name in every - parquet), "counts of the gates, searched too"
    kinds = {p.name for p in planted.data.rglob("*")}
    wanted = {"gate.json", "candidate.json", "listing.csv", "index.csv", "left-in-drop.json"}
    assert wanted | {"dbt.log", "run_results.json", "manifest.json", "catalog.json", "static_index.html"} <= kinds
    assert list(in_files(planted.data, WANTED, (*ALLOWED, *parquet))) == []


def test_dagster_holds_no_cpr(planted: Planted) -> None:
    """Runs, events with their metadata and errors, and what the steps printed."""
    names = {p.suffix for p in planted.dagster.rglob("*")}
    assert {".db", ".out", ".err"} <= names
    assert list(in_files(planted.dagster, WANTED, ())) == []


def test_the_console_shows_no_cpr(planted: Planted) -> None:
    assert "Conversion Error" in planted.output, "dbt's errors are shown, without what they quote"
    assert "the receipts could not be written" in planted.output
    assert CPR not in planted.output and HYPHEN not in planted.output


def test_the_warehouse_holds_the_cpr_in_two_columns_only(planted: Planted) -> None:
    leaks, searched = in_duckdb(planted.data / "warehouse.duckdb", CPR, RESTRICTED)
    assert leaks == []
    assert searched > 300
    assert in_duckdb(planted.data / "warehouse.duckdb", CPR, set())[0] == [
        "intermediate.int_citizen__identity.cpr",
        "raw.citizen.cpr",
    ]


def test_masked_ids_still_point_at_what_they_pointed_at(planted: Planted) -> None:
    found = planted.rows("""
        select starts_with(condition.resource_id, 'masked-'), plan.level3_code, plan.level3_display, plan.patient_id
        from raw.planned_intervention as plan
        join raw.condition on plan.condition_ids = [condition.resource_id] and condition.patient_id = plan.patient_id
        join raw.citizen on citizen.resource_id = plan.patient_id and citizen.bundle_id = plan.bundle_id
    """)
    assert found
    assert all(is_masked and all(text.startswith("masked-") for text in texts) for is_masked, *texts in found)


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """Each place a leak could be in, with a leak in it."""
    (tmp_path / "dbt.log").write_text(f"Could not convert '{CPR}'")
    (tmp_path / "wide.txt").write_bytes(HYPHEN.encode("utf-16-le"))
    (tmp_path / f"{CPR}.json").write_text("{}")
    connection = sqlite3.connect(tmp_path / "events.db")
    connection.execute("create table told (a, b)")
    connection.execute("insert into told values (1, ?)", [zlib.compress(f"run of {CPR}".encode())])
    connection.commit()
    connection.close()
    assert list(in_files(tmp_path, WANTED, ())) == [
        f"the name {CPR}.json",
        "dbt.log",
        "events.db: told",
        "wide.txt",
    ]
    warehouse = duckdb.connect(str(tmp_path / "w.duckdb"))
    warehouse.execute("create table t as select ? as text, [?] as list, {'a': ?} as struct, ? as number, 'x' as clean",
                      [CPR, HYPHEN, CPR, int(CPR)])  # fmt: skip
    warehouse.close()
    assert in_duckdb(tmp_path / "w.duckdb", CPR, {("main", "t", "text")}) == (
        ["main.t.list", "main.t.struct", "main.t.number"],
        4,
    )


def test_the_sender_is_told(planted: Planted) -> None:
    """Masked, but answered: one receipt for each report."""
    (folder,) = (planted.data / "receipts" / SENDER).glob("2026-*")
    receipts = [p for p in folder.glob("*.json")]
    assert len(receipts) == planted.rows("select count(*) from raw.submissions")[0][0]
