"""One test looks at how DuckDB would run every model: comparing every row with every other is for small tables only."""

import duckdb
import pytest

from tests.pipeline.conftest import ROOT, Demo

ALLOWED = {"dim_fsiii_code": "some hundreds of codes, beside eleven severities"}
"""Model → why it may."""


def plan(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    return "\n".join(text for _, text in connection.execute(f"explain {query}").fetchall())


def test_no_model_compares_every_row_with_every_other(demo: Demo) -> None:
    """A condition of an outer join on one side alone, or within a coalesce, makes it so: 20 minutes for 14 months (2026-11-26)."""
    compiled = max((ROOT / "dbt_project" / "target").glob("*/compiled"), key=lambda path: path.stat().st_mtime)
    models = sorted(path for path in compiled.rglob("models/**/*.sql") if not path.parent.name.endswith(".yml"))
    found = {}
    with duckdb.connect(str(demo.data / "warehouse.duckdb"), read_only=True) as connection:
        for path in models:
            found[path.stem] = "BLOCKWISE_NL_JOIN" in plan(connection, path.read_text())
    assert len(found) > 150
    assert {name for name, is_slow in found.items() if is_slow} == set(ALLOWED)


@pytest.mark.parametrize(
    ("condition", "is_slow"),
    [("a.x = b.x", False), ("a.x = b.x and a.y = 1", True), ("a.x = b.x and coalesce(a.y > b.y, true)", True)],
)
def test_the_look_sees(condition: str, is_slow: bool) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table a as select i as x, i as y from range(9) t(i); create table b as from a")
        assert ("BLOCKWISE_NL_JOIN" in plan(connection, f"select * from a left join b on {condition}")) == is_slow
