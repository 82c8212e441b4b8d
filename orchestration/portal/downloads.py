"""One download is a table of the public release, whole or of one indicator, as CSV for a Danish spreadsheet and as Parquet."""

import json
import re
import shutil
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from orchestration.portal.figures import Figures
from orchestration.portal.wording import LANGUAGES, Wording

TABLES = ("ind_public_value", "dim_indicator", "dim_municipality", "dim_comparison_group")
FIGURES = TABLES[0]
MARK = "\ufeff".encode()
"""What tells a spreadsheet that a CSV is UTF-8."""


def write_downloads(connection: duckdb.DuckDBPyConnection, figures: Figures, release: Path, out: Path) -> None:
    """Write every download below `out`; whole tables as Parquet are the released files themselves."""
    out.mkdir(parents=True)
    connection.execute("set threads = 1")  # the same rows always give the same bytes
    for table in TABLES:
        shutil.copyfile(release / f"{table}.parquet", out / f"{table}.parquet")
        _csv(connection, release / f"{table}.parquet", out / f"{table}.csv")
    for indicator in figures.indicators:
        if figures.kinds(indicator.id):
            path, source = out / f"{indicator.id}.parquet", release / f"{FIGURES}.parquet"
            query = f"from read_parquet({_text(source)}) where indicator_id = {_text(indicator.id)}"
            connection.execute(f"copy ({query}) to {_text(path)} (format parquet)")
            _csv(connection, path, out / f"{indicator.id}.csv")
    for language in LANGUAGES:
        (out / f"README.{language}.txt").write_text(readme(figures, release, Wording(language)), encoding="utf-8")


def readme(figures: Figures, release: Path, words: Wording) -> str:
    """Every column of every table, as the released files describe it."""
    lines = [words.t("site"), "", words.t("source", release=figures.source.release_id), words.t("licence"), ""]
    lines += [words.t("download_lead"), words.t("about_protect"), ""]
    for table in TABLES:
        schema = pq.read_schema(release / f"{table}.parquet")
        described = json.loads((schema.metadata or {}).get(b"klgateway_columns", b"{}"))
        lines += [table, "-" * len(table)]
        for column in schema:
            text = described.get(column.name, "")
            term = re.search(r"\*(.+?)\*", text)
            danish = f" [{term[1]}]" if term and words.language == "da" else ""
            lines.append(f"{column.name} ({column.type}){danish}: {text.replace('*', '')}")
        lines.append("")
    return "\n".join(lines)


def _csv(connection: duckdb.DuckDBPyConnection, source: Path, path: Path) -> None:
    """Semicolons, and a comma before the decimals."""
    columns = connection.execute(f"describe from read_parquet({_text(source)})").fetchall()
    told = ", ".join(
        f"replace(cast({name} as varchar), '.', ',') as {name}" if kind == "DOUBLE" else name
        for name, kind, *_ in columns
    )
    query = f"select {told} from read_parquet({_text(source)})"
    connection.execute(f"copy ({query}) to {_text(path)} (format csv, header, delimiter ';')")
    data = path.read_bytes()
    path.write_bytes(MARK + data)


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
