"""One leak is a place where a marked CPR was found: a file, its name, a cell of a SQLite file, a column of a DuckDB table."""

import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

Needles = tuple[bytes, ...]


def needles(cpr: str) -> Needles:
    """The ways in which a CPR can be written: as it is, with a hyphen, as text of two bytes a letter."""
    hyphen = f"{cpr[:6]}-{cpr[6:]}"
    return tuple(text.encode(code) for text in (cpr, hyphen) for code in ("utf-8", "utf-16-le"))


def in_files(root: Path, wanted: Needles, allowed: Iterable[str]) -> Iterator[str]:
    """Every file below a folder, its name and its content, but those that begin with what is allowed (relative to the folder)."""
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        name = path.relative_to(root).as_posix()
        if name.startswith(tuple(allowed)):
            continue
        if _holds(name.encode(), wanted):
            yield f"the name {name}"
        data = path.read_bytes()
        if data.startswith(b"SQLite format 3"):
            yield from (f"{name}: {place}" for place in in_sqlite(path, wanted))
        if _holds(data, wanted):
            yield name


def in_sqlite(path: Path, wanted: Needles) -> Iterator[str]:
    """Every cell of every table: a value can lie across two pages of the file, or be compressed."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            for row in connection.execute(f'select * from "{table}"'):
                if any(_holds(data, wanted) for value in row for data in _readings(value)):
                    yield table
                    break
    finally:
        connection.close()


def in_duckdb(path: Path, cpr: str, allowed: set[tuple[str, str, str]]) -> tuple[list[str], int]:
    """Every column of every table and view that can be a text, but the allowed (schema, table, column); and how many were searched."""
    connection = duckdb.connect(str(path), read_only=True)
    try:
        columns = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() where not internal"
        ).fetchall()
        searched = [column for column in columns if column not in allowed]
        wanted = f"({cpr}|{cpr[:6]}-{cpr[6:]}|{int(cpr)})"
        leaks = [
            f"{schema}.{table}.{column}"
            for schema, table, column in searched
            if connection.execute(
                f'select 1 from "{schema}"."{table}" where regexp_matches("{column}"::varchar, ?) limit 1', [wanted]
            ).fetchall()
        ]
        return leaks, len(searched)
    finally:
        connection.close()


def _holds(data: bytes, wanted: Needles) -> bool:
    return any(needle in data for needle in wanted)


def _readings(value: object) -> Iterator[bytes]:
    data = value if isinstance(value, bytes) else str(value).encode()
    yield data
    try:
        yield zlib.decompress(data)
    except zlib.error:
        return
