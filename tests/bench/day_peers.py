"""One `Peer` is a physical limit or another way to do a part of the day, measured on the same bytes and rows in the same run.

python -m tests.bench.day_peers FOLDER DAY     (FOLDER: a data folder after its day; prints JSON)
"""

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import orjson

from orchestration.conformance.check import check
from orchestration.conformance.verdict import Context
from tests.bench.day_nation import lines

SAMPLE = 20_000
"""So many reports are parsed and checked: a rate needs no more."""


def main(folder: Path, day: date) -> dict[str, Any]:
    """Seconds of wall and of CPU, and how many reports (or rows, or bytes) they were for."""
    reports = [line for line, _ in zip(lines(folder / "landing"), range(SAMPLE), strict=False)]
    context = Context(sor_codes=None, as_of=day)
    for data in reports[:500]:
        check(data, context)  # the fast path has learned, as it has after a second of any day
    found = {
        "sequential read": timed(lambda: read(folder / "landing" / "objects")),
        "orjson decode": timed(lambda: each(reports, orjson.loads)),
        "msgspec decode": timed(lambda: each(reports, msgspec.json.decode)),
        "conformance": timed(lambda: each(reports, lambda data: check(data, context))),
        "DuckDB COPY": timed(lambda: copied(folder)),
    }
    return found


def timed(work: Callable[[], int]) -> dict[str, float]:
    gc.collect()
    gc.disable()
    try:
        wall, cpu = time.perf_counter(), time.process_time()
        done = work()
        return {"done": done, "wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    finally:
        gc.enable()


def each(reports: list[bytes], work: Callable[[bytes], object]) -> int:
    """How many reports."""
    for data in reports:
        work(data)
    return len(reports)


def read(folder: Path) -> int:
    """Bytes of the archive, read once, out of the disk's cache where it is."""
    size = 0
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb", buffering=0) as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
                while chunk := file.read(1 << 20):
                    size += len(chunk)
    return size


def copied(folder: Path) -> int:
    """Rows of schema raw, written by DuckDB alone into a database of their own."""
    target, rows = folder / "copied.duckdb", 0
    with duckdb.connect(str(target)) as connection:
        connection.execute(f"attach '{folder / 'warehouse.duckdb'}' as warehouse (read_only)")
        tables = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'warehouse' and schema_name = 'raw'"
        ).fetchall()
        for (name,) in tables:
            connection.execute(f'create table "{name}" as from warehouse.raw."{name}"')
            rows += connection.execute(f'select count(*) from "{name}"').fetchall()[0][0]
    target.unlink()
    return rows


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]))))  # noqa: T201
