"""One test is one promise of a changes table: who applies every release's changes holds the snapshot, whatever happened."""

from pathlib import Path

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.publishing.changes import write_base, write_changes
from orchestration.publishing.parquet import write
from orchestration.publishing.terms import Product
from tests.unit.publishing.applying import apply_changes

WORDS = {"da": "En prøvetabel", "en": "A table to try with"}
PRODUCT = Product(
    model="fct_trial",
    description=WORDS,  # type: ignore[arg-type]
    kind="municipal",
    columns=("municipality_code", "id", "number", "value"),
    key=("municipality_code", "id", "number"),
    suite="fct_trial",
    disclosure="row_level",
    mode="changes",
)
Rows = dict[tuple[str, str, int | None], str | None]
ROWS = st.dictionaries(
    st.tuples(st.sampled_from(["0461", "0751"]), st.sampled_from("abcd"), st.sampled_from([1, 2, None])),
    st.sampled_from(["x", "y", None]),
    max_size=8,
)
STEPS = st.lists(st.tuples(ROWS, st.sets(st.sampled_from(["0461", "0751"]), max_size=1)), min_size=1, max_size=5)


def put(connection: duckdb.DuckDBPyConnection, rows: Rows, path: Path) -> Path:
    connection.execute(
        "create or replace table t (municipality_code varchar, id varchar, number integer, value varchar)"
    )
    for (code, name, moment), value in rows.items():
        connection.execute("insert into t values (?, ?, ?, ?)", [code, name, moment, value])
    write(connection, "select * from t order by all", path, {"klgateway_product": "t"})
    return path


@settings(deadline=None, max_examples=60)
@given(steps=STEPS)
def test_all_changes_together_are_the_snapshot(tmp_path_factory, steps: list[tuple[Rows, set[str]]]) -> None:
    folder = tmp_path_factory.mktemp("changes")
    connection = duckdb.connect()
    connection.execute("create table held (municipality_code varchar, id varchar, number integer, value varchar)")
    base, holds = None, {}
    for number, (rows, withheld) in enumerate(steps):
        candidate = put(connection, rows, folder / f"candidate{number}.parquet")
        told, after = folder / f"changes{number}.parquet", folder / f"base{number}.parquet"
        counts = write_changes(connection, PRODUCT, candidate, base, withheld, told, {"klgateway_product": "t"})
        write_base(connection, PRODUCT, candidate, base, withheld, after)
        expected = {key: value for key, value in rows.items() if key[0] not in withheld}
        expected |= {key: value for key, value in holds.items() if key[0] in withheld}
        assert counts == (
            len(expected.keys() - holds.keys()),
            sum(expected[key] != holds[key] for key in expected.keys() & holds.keys()),
            len(holds.keys() - expected.keys()),
        )
        apply_changes(connection, PRODUCT, "held", told)
        for source in ("held", f"read_parquet('{after}')"):
            found = {row[:3]: row[3] for row in connection.execute(f"select * from {source}").fetchall()}
            assert found == expected, source
        base, holds = after, expected


def test_of_a_withdrawn_row_only_its_key_is_told(tmp_path: Path) -> None:
    connection = duckdb.connect()
    before = put(connection, {("0461", "a", 1): "x"}, tmp_path / "before.parquet")
    now = put(connection, {}, tmp_path / "now.parquet")
    write_changes(connection, PRODUCT, now, before, (), tmp_path / "told.parquet", {"klgateway_product": "t"})
    rows = connection.execute(f"select * from read_parquet('{tmp_path / 'told.parquet'}')").fetchall()
    assert rows == [("withdrawn", "0461", "a", 1, None)]
