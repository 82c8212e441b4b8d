"""One warehouse for the whole folder, built by dbt twice: on empty raw tables, then with the stories in them."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Path of the built DuckDB file; dbt's target and logs lie beside it. A warning on the way is a failure."""
    folder = tmp_path_factory.mktemp("dbt")
    command = [sys.executable, "-m", "tests.unit.dbt.build", str(folder)]
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
    return folder / "warehouse.duckdb"
