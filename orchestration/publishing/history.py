"""One row of a history is what one expectation found in one candidate: kept per recipient, to see where things are going.

<gates>/<recipient>.parquet, readable by anybody who reads Parquet. A candidate judged again replaces its own rows.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from orchestration.durable import aside, locked, rename
from orchestration.publishing import parquet
from orchestration.publishing.report import GateReport
from orchestration.warehouse import connect

SCHEMA = {
    "candidate_digest": "varchar",
    "judged_at": "timestamptz",
    "cut_off_on": "date",
    "agreement_version": "integer",
    "is_passed": "boolean",
    "model": "varchar",
    "expectation_id": "varchar",
    "level_code": "varchar",
    "holds_on_all": "boolean",
    "holds_on_released": "boolean",
    "failing_rows_all": "bigint",
    "failing_rows_released": "bigint",
    "municipality_codes": "varchar[]",
}
RUNS = 30
"""Judgements that a trend shows."""


@dataclass(frozen=True)
class Point:
    """One judgement in a trend: expectations that did not hold on all rows, by consequence, and municipalities withheld."""

    judged_at: datetime
    is_passed: bool
    not_held: int
    warnings: int
    withheld: int


@dataclass(frozen=True)
class Trend:
    """The latest judgements of one recipient, oldest first; `failing` is (model, expectation id) → failing rows in each."""

    points: tuple[Point, ...]
    failing: dict[tuple[str, str], tuple[int, ...]]


def history_path(gates_dir: Path, recipient: str) -> Path:
    """Where a recipient's history lies."""
    return gates_dir / f"{recipient}.parquet"


def keep(report: GateReport, gates_dir: Path) -> Trend:
    """Add a judgement to the recipient's history; return the trend with it. A history that can't be read is set aside."""
    path = history_path(gates_dir, report.recipient)
    with locked(path.parent), connect(Path(":memory:")) as connection:
        columns = ", ".join(f"{name} {type_}" for name, type_ in SCHEMA.items())
        connection.execute(f"create table history ({columns})")
        if path.exists():
            try:
                connection.execute(
                    f"insert into history by name select * from read_parquet({parquet.quoted(str(path))}) "
                    "where candidate_digest <> ?",
                    [report.candidate_digest],
                )
            except duckdb.Error:
                path.rename(path.with_suffix(".damaged"))
        marks = ", ".join("?" for _ in SCHEMA)
        connection.executemany(f"insert into history values ({marks})", _rows(report))
        beside = aside(path.parent, path.name)
        query = "select * from history order by judged_at, model, expectation_id"
        parquet.write(connection, query, beside, {"klgateway_history": report.recipient})
        rename(beside, path)
        return _trend(connection)


def _rows(report: GateReport) -> list[list[object]]:
    return [
        [
            report.candidate_digest,
            report.judged_at,
            report.cut_off_on,
            report.agreement_version,
            report.passed,
            product.model,
            o.id,
            o.level,
            o.whole.success,
            o.released.success,
            o.whole.failing_rows,
            o.released.failing_rows,
            report.about(product.model, o.id),
        ]
        for product in report.products
        for o in product.outcomes
    ]


def _trend(connection: duckdb.DuckDBPyConnection) -> Trend:
    connection.execute(
        "create temp view recent as from history "
        f"where judged_at in (select distinct judged_at from history order by judged_at desc limit {RUNS})"
    )
    points = connection.execute(
        """
        select
            judged_at, bool_and(is_passed),
            count(distinct model || expectation_id) filter (not holds_on_all and level_code <> 'warning'),
            count(distinct model || expectation_id) filter (not holds_on_all and level_code = 'warning'),
            count(distinct code) filter (level_code = 'municipality')
        from recent left join unnest(municipality_codes) as named(code) on true
        group by all order by judged_at
        """
    ).fetchall()
    failing = connection.execute(
        """
        select model, expectation_id, list(coalesce(failing_rows_all, (not holds_on_all)::integer) order by judged_at)
        from recent group by all having bool_or(not holds_on_all)
        """
    ).fetchall()
    spots = {(model, expectation): tuple(rows) for model, expectation, rows in failing}
    return Trend(tuple(Point(*point) for point in points), spots)
