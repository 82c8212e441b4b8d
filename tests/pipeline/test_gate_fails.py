"""One test breaks what must not leave, in a copy of the demo's warehouse, and runs the real assets: what stands stays, and it shows."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import dagster as dg
import duckdb

from tests.pipeline.conftest import ROOT, Demo


def materialize(select: str, data: Path, dagster: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).parent / "dagster", "asset", "materialize", "-m", "orchestration.definitions"]
    env = os.environ | {"KLGATEWAY_DATA": str(data), "DAGSTER_HOME": str(dagster)}
    return subprocess.run(
        [*command, "--select", select], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


def test_a_failed_gate_leaves_the_former_release_and_is_seen(demo: Demo, tmp_path: Path) -> None:
    data, dagster = tmp_path / "data", tmp_path / "dagster"
    for part in ("releases", "landing", "audit", "keys", "warehouse.duckdb"):
        copy = shutil.copytree if (demo.data / part).is_dir() else shutil.copy
        data.mkdir(exist_ok=True)
        copy(demo.data / part, data / part, **({"symlinks": True} if (demo.data / part).is_dir() else {}))
    dagster.mkdir()
    shutil.copy(ROOT / ".dagster" / "dagster.yaml", dagster)
    home = data / "releases" / "sds_health"
    before = (home / "latest").readlink(), sorted(p.name for p in home.iterdir())
    connection = duckdb.connect(str(data / "warehouse.duckdb"))
    connection.execute(
        "insert into marts.dim_municipality select * from marts.dim_municipality"
    )  # nobody's fault but ours
    connection.close()

    done = materialize("sds_health_candidate,sds_health_release", data, dagster)

    assert done.returncode != 0, done.stdout
    assert (home / "latest").readlink() == before[0]
    assert set(p.name for p in home.iterdir()) - set(before[1]) <= {"failed"}
    assert len(list((home / "failed").glob("*.json"))) == 1
    with dg.DagsterInstance.from_config(str(dagster)) as instance:
        (run,) = instance.get_runs()
        assert run.status == dg.DagsterRunStatus.FAILURE
        records = instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
        failed = [e.event_log_entry.asset_check_evaluation for e in records]
        stops = {e.check_name for e in failed if e and not e.passed and e.severity == dg.AssetCheckSeverity.ERROR}
        assert stops == {
            "may_be_released",
            "dim_municipality__rows_all_98",
            "dim_municipality__municipality_code_unique",
        }
        assert not instance.fetch_materializations(dg.AssetKey("sds_health_release"), limit=1).records
