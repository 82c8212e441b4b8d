"""One `demo` is one run of the shipped samples through the real job, as `make demo` does it, in a folder of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Demo:
    """`output` is what the terminal showed; `data` and `dagster` are the folders that it wrote."""

    data: Path
    dagster: Path
    output: str

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Ask the warehouse."""
        connection = duckdb.connect(str(self.data / "warehouse.duckdb"), read_only=True)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()


@pytest.fixture(scope="session")
def run_demo(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Demo]:
    """Run `klgateway demo` in one folder, as often as it is called."""
    root = tmp_path_factory.mktemp("demo")
    dagster = root / "dagster"
    dagster.mkdir()
    shutil.copy(ROOT / ".dagster" / "dagster.yaml", dagster)
    env = os.environ | {"KLGATEWAY_DATA": str(root / "data"), "DAGSTER_HOME": str(dagster), "COLUMNS": "140"}

    def run() -> Demo:
        command = [Path(sys.executable).parent / "klgateway", "demo"]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        log = root / "data" / "logs" / "demo.log"
        tail = log.read_text(errors="replace")[-4000:] if log.exists() and done.returncode else ""
        assert done.returncode == 0, done.stdout + done.stderr + tail
        return Demo(root / "data", dagster, done.stdout + done.stderr)

    return run


@pytest.fixture(scope="session")
def demo(run_demo: Callable[[], Demo]) -> Demo:
    """The first run, on empty folders."""
    return run_demo()
