"""One Parquet file is one product. The same rows give the same bytes: sorted by the caller, written in that order."""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from orchestration.durable import sync

MUNICIPALITY_CODE = re.compile("[0-9]{4}")
UNKNOWN = "unknown"
ROWS_IN_A_GROUP = 122_880
"""As DuckDB itself would: a group is what a reader skips (by municipality, after which rows are sorted) or reads whole."""


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def without(municipalities: Iterable[str]) -> str:
    """The SQL condition that leaves out the rows of these municipalities, and no other (a null is none of them)."""
    codes = ", ".join(quoted(code) for code in municipalities)
    return f"coalesce(municipality_code not in ({codes}), true)" if codes else "true"


def write(connection: duckdb.DuckDBPyConnection, query: str, path: Path, metadata: dict[str, str]) -> None:
    """Write the rows of `query` in their order, with `metadata` in the file's footer, and put the bytes on disk.

    Written by Arrow and not by DuckDB, because Arrow gives each page its CRC-32: as fast and as small (README.md).
    """
    connection.execute("set preserve_insertion_order = true")
    reader = connection.sql(query).to_arrow_reader(ROWS_IN_A_GROUP)
    schema = reader.schema.with_metadata(metadata)
    with pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True) as writer:
        for batch in reader:
            writer.write_batch(batch, row_group_size=ROWS_IN_A_GROUP)
    sync(path)


def footer(path: Path) -> dict[str, str]:
    """What the file says of itself, as `write` was told it."""
    found: dict[bytes, bytes] = pq.read_metadata(path).metadata or {}
    return {key.decode(): value.decode() for key, value in found.items() if key != b"ARROW:schema"}


def row_groups(path: Path) -> tuple[int, ...]:
    """Rows of each row group."""
    told = pq.read_metadata(path)
    return tuple(told.row_group(number).num_rows for number in range(told.num_row_groups))


def damaged_pages(path: Path) -> list[tuple[int, str]]:
    """Where pages can't be read or differ from their checksum: row group (from 1) and column; 0 for the footer.

    Never a value: what Arrow says of a page is left out.
    """
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
        columns, groups = file.schema_arrow.names, file.num_row_groups
    except (OSError, ValueError):
        return [(0, "")]
    found = []
    for group in range(groups):
        for column in columns:
            try:
                file.read_row_group(group, columns=[column], use_threads=False)
            except (OSError, ValueError):
                found.append((group + 1, column))
    return found


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
