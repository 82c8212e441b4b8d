"""One `Platform` is raw tables and dbt in one folder, without Dagster: days are loaded and built by hand.

Only for processes of their own: dbt keeps its project and its environment in the process.
"""

import os
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
from dbt.cli.main import dbtRunner

from orchestration.conformance.check import check
from orchestration.conformance.verdict import Context
from orchestration.intake.judging import Submission
from orchestration.intake.landing import Arrival
from orchestration.intake.raw import load_day
from orchestration.intake.raw_schema import create_tables
from orchestration.intake.reading import Delivery
from orchestration.intake.senders import Sender

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"


class Platform:
    """Raw tables and dbt in one folder."""

    def __init__(self, folder: Path, *, new: bool = True, build: bool = True) -> None:
        self.warehouse = folder / "warehouse.duckdb"
        os.environ["KLGATEWAY_WAREHOUSE"] = str(self.warehouse)
        os.environ["DBT_LOG_PATH"] = str(folder / "logs")
        self._paths = [
            "--project-dir",
            str(PROJECT),
            "--profiles-dir",
            str(PROJECT),
            "--target-path",
            str(folder / "target"),
        ]
        self.manifest = dbtRunner().invoke(["parse", *self._paths]).result
        if not new:
            return
        self.sql(create_tables)
        if build:
            self.dbt("build", "--exclude-resource-type", "unit_test", "test")

    def dbt(self, *command: str) -> None:
        done = dbtRunner(manifest=self.manifest).invoke(["--quiet", "--warn-error", *command, *self._paths])
        if not done.success:
            sys.exit(f"dbt {' '.join(command)} failed: {done.exception or 'see above'}")

    def sql(self, work: Callable[[duckdb.DuckDBPyConnection], Any]) -> Any:
        """What `work` makes of a connection of its own."""
        with duckdb.connect(str(self.warehouse)) as connection:
            return work(connection)

    def receive(self, day: date, submissions: Iterable[Submission]) -> None:
        self.sql(lambda connection: load_day(connection, day, submissions, "test-secret"))

    def tables(self) -> list[str]:
        query = (
            "select table_schema || '.' || table_name from information_schema.tables where table_type = 'BASE TABLE' "
        )
        query += "and (table_name like 'int\\_%\\_\\_versions' escape '\\' or table_name like 'int\\_%\\_\\_reports' escape '\\' "
        query += "or table_name like 'dq\\_%' escape '\\' or table_name = 'dim_citizen') order by 1"
        return [name for (name,) in self.sql(lambda c: c.execute(query).fetchall())]

    def keep(self, schema: str) -> None:
        """A copy of every table of history under another schema."""
        statements = [f'create or replace table {schema}."{name}" as from {name}' for name in self.tables()]
        self.sql(lambda c: c.execute("; ".join([f"create schema if not exists {schema}", *statements])))

    def differing(self, schema: str, leave_out: Iterable[str] = ()) -> dict[str, int]:
        """Table → rows that are in one of the two only (equal rows counted as often as they stand)."""

        def compare(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
            found = {}
            for name in self.tables():
                there = {row[0] for row in connection.execute(f"describe {name}").fetchall()}
                out = [column for column in leave_out if column in there]
                columns = f"* exclude ({', '.join(out)})" if out else "*"
                now_known = "where known_to_at is null" if out and "known_to_at" in there else ""
                one, other = (f"select {columns} from {t} {now_known}" for t in (name, f'{schema}."{name}"'))
                query = f"select count(*) from (({one} except all {other}) union all ({other} except all {one}))"
                found[name] = connection.execute(query).fetchall()[0][0]
            return found

        found: dict[str, int] = self.sql(compare)
        return found

    def rows(self) -> int:
        return sum(
            self.sql(lambda c: [c.execute(f"select count(*) from {name}").fetchall()[0][0] for name in self.tables()])
        )


def received(day: date, reports: list[tuple[Sender, bytes]]) -> list[Submission]:
    """The submissions of one day, in order of receipt, one file each."""
    found = []
    for number, (sender, data) in enumerate(reports, 1):
        at = datetime(day.year, day.month, day.day, 8, tzinfo=UTC) + timedelta(minutes=number)
        digest = sha256(data).hexdigest()
        name = sha256(f"{day}{number}{digest}".encode()).hexdigest()[:32]
        verdict = check(data, Context(sor_codes=sender.sor_codes, as_of=day))
        arrival = Arrival(name, sender.sender_id, f"{number}.json", digest, len(data), at, at)
        state = "accepted" if verdict.status == "accepted" else "rejected"
        delivery = Delivery(None, data, digest, len(data))
        sequence = day.toordinal() * 1_000_000_000 + number
        found.append(Submission(name, sequence, arrival, sender, delivery, verdict, state, list(verdict.findings)))
    return found
