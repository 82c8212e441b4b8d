"""One small warehouse: raw tables as the project's own source descriptions say, filled by hand."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import yaml

PROJECT = Path(__file__).resolve().parents[3] / "dbt_project"

Row = Mapping[str, Any]


def yaml_entries(kind: str, folder: str) -> list[dict[str, Any]]:
    """Every entry of one kind (`models`, `sources`, `seeds`, `unit_tests`) in the YAML files below a project folder."""
    files = sorted((PROJECT / folder).rglob("*.yml"))
    return [entry for file in files for entry in yaml.safe_load(file.read_text(encoding="utf-8")).get(kind, [])]


def raw_tables() -> dict[str, dict[str, str]]:
    """Table name → column name → DuckDB type, of the schema `raw`."""
    return {
        table["name"]: {column["name"]: column["data_type"] for column in table["columns"]}
        for source in yaml_entries("sources", "models")
        for table in source["tables"]
    }


def create_raw(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema raw")
        for table, columns in raw_tables().items():
            listed = ", ".join(f"{name} {data_type}" for name, data_type in columns.items())
            connection.execute(f"create table raw.{table} ({listed})")


def insert(path: Path, table: str, rows: Iterable[Row]) -> None:
    """Add rows; a column not given is null, or an empty list."""
    columns = raw_tables()[table]
    values = [[row.get(name, [] if "[]" in kind else None) for name, kind in columns.items()] for row in rows]
    assert not {name for row in rows for name in row} - set(columns), "a column the raw table does not have"
    with duckdb.connect(str(path)) as connection:
        connection.executemany(f"insert into raw.{table} values ({', '.join('?' * len(columns))})", values)


def query(path: Path, sql: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        result = connection.execute(sql)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
