"""One run builds a warehouse with dbt: on empty raw tables, then with the stories in them, then the docs.

    python -m tests.unit.dbt.build FOLDER

A process of its own, and one for all three: dbt takes seconds to start and to read the project. A warning is a failure.
"""

import os
import sys
from pathlib import Path

from dbt.cli.main import dbtRunner

from tests.unit.dbt.stories import stories
from tests.unit.dbt.warehouse import PROJECT, create_raw, insert


def main(folder: Path) -> None:
    warehouse = folder / "warehouse.duckdb"
    os.environ["KLGATEWAY_WAREHOUSE"] = str(warehouse)
    os.environ["DBT_LOG_PATH"] = str(folder / "logs")
    paths = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(folder / "target")]
    manifest = None

    def dbt(*command: str) -> object:
        done = dbtRunner(manifest=manifest).invoke(["--warn-error", "--no-use-colors", *command, *paths])
        if not done.success:
            sys.exit(f"dbt {command[0]} failed: {done.exception or 'see above'}")
        return done.result

    create_raw(warehouse)
    manifest = dbt("parse")
    dbt("build")
    for table, rows in stories().items():
        insert(warehouse, table, rows)
    # The unit tests bring their own rows: once is enough.
    dbt("build", "--exclude-resource-type", "unit_test")
    dbt("docs", "generate", "--static")
    # The statements that make history from everything, for the tests that run them elsewhere.
    dbt("compile", "--full-refresh", "--select", "config.materialized:incremental")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
