"""One folder is one municipality and day: `index.html` for people, `findings.parquet` for their systems; whole or not there."""

from dataclasses import astuple
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.consistency.findings import COLUMNS, Finding, Report, reports
from orchestration.consistency.page import page
from orchestration.durable import aside, locked, rename, sweep, sync

PAGE, TABLE = "index.html", "findings.parquet"
SCHEMA = pa.schema([pa.field(name, pa.date32() if name == "found_on" else pa.string()) for name in COLUMNS])


def write_reports(connection: duckdb.DuckDBPyConnection, day: date, consistency_dir: Path) -> list[Report]:
    """Write the day's report of every municipality that reports; what is there already with the same content stays as it is."""
    made = reports(connection, day)
    with locked(consistency_dir):
        for report in made:
            home = consistency_dir / report.municipality_code
            home.mkdir(exist_ok=True)
            try:
                sweep(home)
                _put(home / day.isoformat(), {PAGE: page(report), TABLE: table(report)})
            finally:
                sweep(home)
    return made


def table(report: Report) -> bytes:
    """The findings as Parquet: one row per finding, new ones first."""
    found: list[Finding] = [f for group in (*report.new, *report.open) for f in group.findings]
    columns = zip(*map(astuple, found), strict=True) if found else [()] * len(COLUMNS)
    arrays = [pa.array(list(values), field.type) for values, field in zip(columns, SCHEMA, strict=True)]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_arrays(arrays, schema=SCHEMA), sink, compression="zstd", write_page_checksum=True)
    return bytes(sink.getvalue())


def _put(folder: Path, files: dict[str, bytes]) -> None:
    """Both files at once. A reader sees the former folder, the new one, or for the time of two renames none; never a mix."""
    if all((folder / name).is_file() and (folder / name).read_bytes() == data for name, data in files.items()):
        return
    beside = aside(folder.parent, folder.name)
    beside.mkdir()
    for name, data in files.items():
        (beside / name).write_bytes(data)
        sync(beside / name)
    sync(beside)
    former = aside(folder.parent, f"former-{folder.name}")
    if folder.exists():  # a folder can't be renamed over one that has files
        rename(folder, former)
    try:
        rename(beside, folder)
    except OSError:
        if former.exists() and not folder.exists():
            rename(former, folder)
        raise
