"""Each test traces the columns of one small query, worked out by hand."""

from typing import Any

from orchestration.dictionary.lineage import Made, carried, column_lineage


def _manifest(sql: dict[str, tuple[str, list[str]]], sources: dict[str, list[str]]) -> dict[str, Any]:
    """`sql`: model → its compiled SQL and columns, each model reading whatever is there before it."""

    def node(name: str, kind: str, schema: str, columns: list[str]) -> dict[str, Any]:
        told = {c: {"name": c, "data_type": "varchar"} for c in columns}
        return {"name": name, "resource_type": kind, "schema": schema, "columns": told}

    found: dict[str, Any] = {"nodes": {}, "sources": {n: node(n, "source", "raw", c) for n, c in sources.items()}}
    for name, (query, columns) in sql.items():
        depends = {"depends_on": {"nodes": [*sources, *found["nodes"]]}, "compiled_code": query}
        found["nodes"][name] = node(name, "model", "marts", columns) | depends
    return found


def test_renaming_casting_and_a_default_carry_a_value_and_working_it_out_does_not() -> None:
    query = """
        with typed as (select try_cast(a as date) as a_on, coalesce(b, 'none') as b_code, c from "any_file"."raw"."r")
        select a_on, b_code, upper(c) as loud, case when b_code = 'x' then c end as chosen, 1 as one from typed
    """
    made = column_lineage(
        _manifest({"m": (query, ["a_on", "b_code", "loud", "chosen", "one"])}, {"r": ["a", "b", "c"]})
    )["m"]
    assert made["a_on"] == Made((("r", "a"),), (("r", "a"),))
    assert made["b_code"] == Made((("r", "b"),), (("r", "b"),))
    assert made["loud"] == Made((("r", "c"),), ())
    assert made["chosen"] == Made((("r", "b"), ("r", "c")), ())
    assert made["one"] == Made((), ())


def test_a_union_carries_the_values_of_both_sides() -> None:
    query = "select a as x from db.raw.r union all select b as x from db.raw.q"
    found = column_lineage(_manifest({"m": (query, ["x"])}, {"r": ["a"], "q": ["b"]}))
    assert found["m"]["x"] == Made((("q", "b"), ("r", "a")), (("q", "b"), ("r", "a")))


def test_a_star_and_a_window_are_seen_through() -> None:
    query = "select * exclude (b), max(b) over (partition by a) as newest from db.raw.r"
    found = column_lineage(_manifest({"m": (query, ["a", "newest"])}, {"r": ["a", "b"]}))
    assert found["m"]["a"].carries == (("r", "a"),)
    assert found["m"]["newest"] == Made((("r", "a"), ("r", "b")), ())


def test_a_value_is_followed_through_models_to_where_it_came_from() -> None:
    models = {
        "first": ("select a as b from db.raw.r", ["b"]),
        "second": ("select b as c, b || 'x' as d from db.marts.first", ["c", "d"]),
    }
    found = column_lineage(_manifest(models, {"r": ["a"]}))
    assert carried(found, ("second", "c")) == {("r", "a")}
    assert carried(found, ("second", "d")) == set()


def test_a_model_that_reads_itself_ends(tmp_path: object) -> None:
    query = "select a as b from db.raw.r union all select b from db.marts.m"
    found = column_lineage(_manifest({"m": (query, ["b"])}, {"r": ["a"]}))
    assert found["m"]["b"].of == (("r", "a"),)


def test_sql_that_cannot_be_read_leaves_that_model_out_and_the_others_in() -> None:
    models = {"bad": ("select from where (", ["a"]), "good": ("select a from db.raw.r", ["a"])}
    assert set(column_lineage(_manifest(models, {"r": ["a"]}))) == {"good"}
