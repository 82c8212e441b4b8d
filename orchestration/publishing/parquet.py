"""One Parquet file is one product. The same rows give the same bytes: sorted by the caller, written in that order."""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

import duckdb

from orchestration.durable import sync

MUNICIPALITY_CODE = re.compile("[0-9]{4}")
UNKNOWN = "unknown"


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def without(municipalities: Iterable[str]) -> str:
    """The SQL condition that leaves out the rows of these municipalities, and no other (a null is none of them)."""
    codes = ", ".join(quoted(code) for code in municipalities)
    return f"coalesce(municipality_code not in ({codes}), true)" if codes else "true"


def write(connection: duckdb.DuckDBPyConnection, query: str, path: Path, metadata: dict[str, str]) -> None:
    """Write the rows of `query` in their order, with `metadata` in the file's footer, and put the bytes on disk."""
    entries = ", ".join(f"{key}: {quoted(value)}" for key, value in metadata.items())
    connection.execute("set preserve_insertion_order = true")
    connection.execute(
        f"copy ({query}) to {quoted(str(path))} (format parquet, compression zstd, kv_metadata {{ {entries} }})"
    )
    sync(path)


def schema(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    """Column → DuckDB type, in the file's order."""
    rows = connection.execute(f"describe select * from read_parquet({quoted(str(path))})").fetchall()
    return {str(row[0]): str(row[1]) for row in rows}


def count(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Rows in the file."""
    return int(connection.execute(f"select count(*) from read_parquet({quoted(str(path))})").fetchall()[0][0])


def count_by_municipality(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, int]:
    """Rows per municipality. What is no municipality code counts as `unknown`: nobody knows what it would tell."""
    query = f"select municipality_code, count(*) from read_parquet({quoted(str(path))}) group by all order by all"
    found: dict[str, int] = {}
    for code, rows in connection.execute(query).fetchall():
        name = code if isinstance(code, str) and MUNICIPALITY_CODE.fullmatch(code) else UNKNOWN
        found[name] = found.get(name, 0) + int(rows)
    return found


def sha256(path: Path) -> str:
    """The hash of the file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
