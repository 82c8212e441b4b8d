"""One folder is one municipality and day: `index.html` for people, `findings.parquet` for their systems; whole or not there."""

from dataclasses import astuple
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.consistency.findings import COLUMNS, Finding, Report, reports
from orchestration.consistency.page import page
from orchestration.durable import write_whole

PAGE, TABLE = "index.html", "findings.parquet"
SCHEMA = pa.schema([pa.field(name, pa.date32() if name == "found_on" else pa.string()) for name in COLUMNS])


def write_reports(connection: duckdb.DuckDBPyConnection, day: date, consistency_dir: Path) -> list[Report]:
    """Write the day's report of every municipality that reports; what is there already with the same content stays as it is."""
    made = reports(connection, day)
    for report in made:
        folder = consistency_dir / report.municipality_code / day.isoformat()
        _write_if_new(folder / TABLE, table(report))
        _write_if_new(folder / PAGE, page(report))
    return made


def table(report: Report) -> bytes:
    """The findings as Parquet: one row per finding, new ones first."""
    found: list[Finding] = [f for group in (*report.new, *report.open) for f in group.findings]
    columns = zip(*map(astuple, found), strict=True) if found else [()] * len(COLUMNS)
    arrays = [pa.array(list(values), field.type) for values, field in zip(columns, SCHEMA, strict=True)]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_arrays(arrays, schema=SCHEMA), sink, compression="zstd", write_page_checksum=True)
    return bytes(sink.getvalue())


def _write_if_new(path: Path, data: bytes) -> None:
    if not path.exists() or path.read_bytes() != data:
        write_whole(path, data)
