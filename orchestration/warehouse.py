"""One connection to the DuckDB file: the only opener of it (dbt opens it by the same path, in the same pool)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb


@contextmanager
def connect(path: Path, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for the length of a `with` block. One writing process at a time: callers run in the pool `duckdb`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(str(path), read_only=read_only)
    try:
        connection.execute("set timezone = 'UTC'")
        yield connection
    finally:
        connection.close()
