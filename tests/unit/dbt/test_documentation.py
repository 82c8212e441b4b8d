"""Each test holds the project's descriptions, types and contracts against what is really there."""

import csv
from pathlib import Path
from typing import Any

import pytest

from tests.unit.dbt.warehouse import PROJECT, query, raw_tables, yaml_entries

FRONT = [
    "submission_id",
    "received_on",
    "received_at",
    "receipt_sequence",
    "sender_id",
    "municipality_code",
    "citizen_key",
]


def documented() -> list[tuple[str, dict[str, Any]]]:
    models = [(f"models.{entry['name']}", entry) for entry in yaml_entries("models", "models")]
    seeds = [(f"seeds.{entry['name']}", entry) for entry in yaml_entries("seeds", "seeds")]
    sources = [
        (f"raw.{table['name']}", table) for source in yaml_entries("sources", "models") for table in source["tables"]
    ]
    return models + seeds + sources


@pytest.mark.parametrize("entry", [pytest.param(entry, id=name) for name, entry in documented()])
def test_each_table_and_column_is_described(entry: dict[str, Any]) -> None:
    assert entry.get("description"), "no description"
    assert entry["description"].startswith("One row per"), "a description begins with the grain"
    undescribed = [column["name"] for column in entry["columns"] if not column.get("description")]
    untyped = [column["name"] for column in entry["columns"] if not column.get("data_type")]
    assert (undescribed, untyped) == ([], [])


def test_descriptions_name_the_columns_that_are_there(warehouse: Path) -> None:
    """Same columns, same order, same types, in the YAML as in the built warehouse."""
    built: dict[str, list[tuple[str, str]]] = {}
    for row in query(
        warehouse,
        "select table_name, column_name, data_type from duckdb_columns() where not internal order by column_index",
    ):
        built.setdefault(row["table_name"], []).append((row["column_name"], row["data_type"].lower()))
    for name, entry in documented():
        told = [(column["name"], column["data_type"]) for column in entry["columns"]]
        assert told == built.pop(name.split(".")[1]), name
    assert built == {}, "built, but not described"


def test_each_mart_has_a_contract_and_no_cpr() -> None:
    marts = {file.stem for file in (PROJECT / "models" / "marts").glob("*.sql")}
    described = {entry["name"]: entry for entry in yaml_entries("models", "models/marts")}
    assert set(described) == marts
    assert not any(column["name"] == "cpr" for entry in described.values() for column in entry["columns"])


def test_each_sql_file_begins_with_its_grain() -> None:
    for file in (PROJECT / "models").rglob("*.sql"):
        assert file.read_text(encoding="utf-8").startswith("-- One row per "), file.name


@pytest.mark.parametrize("seed", [pytest.param(seed, id=seed["name"]) for seed in yaml_entries("seeds", "seeds")])
def test_each_seed_column_is_typed(seed: dict[str, Any]) -> None:
    with (PROJECT / "seeds" / f"{seed['name']}.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert list(seed["config"]["column_types"]) == header == [column["name"] for column in seed["columns"]]


def test_seeds_keep_leading_zeroes(warehouse: Path) -> None:
    codes = query(
        warehouse, "select municipality_code from marts.dim_municipality where region_code = '1084' order by 1 limit 1"
    )
    assert codes == [{"municipality_code": "0101"}]


def test_sources_agree_with_what_the_checker_emits() -> None:
    """One source per fact: the checker's tables are described here for dbt; both must say the same."""
    from orchestration.conformance.tables import tables

    told = raw_tables()
    for name, emitted in tables().items():
        columns = list(told[name].items())
        # The loader puts these in front of what the checker emits.
        assert [column for column, _ in columns[: len(FRONT)]] == FRONT
        assert columns[len(FRONT) :] == [(column.name, column.type.lower()) for column in emitted.columns], name
    assert set(tables()) == set(told) - {"submissions", "findings", "parked", "loads"}


def test_docs_build_to_one_file(warehouse: Path) -> None:
    page = (warehouse.parent / "target" / "static_index.html").read_text(encoding="utf-8")
    assert "tilstandsoprettelsestid" in page
    assert "Count today's conditions" in page
