"""One test is one promise of the consistency report of a municipality."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from orchestration.consistency import writing
from orchestration.consistency.findings import reports
from orchestration.consistency.page import MOST, page

DAY, BEFORE = date(2026, 3, 4), date(2026, 3, 2)
CITIZEN = "c" * 32


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Odense with findings of two rules on two days, Aarhus with none; Horsens, which was never heard of."""
    with duckdb.connect() as made:
        made.execute("""
            create schema quality; create schema marts; create schema raw;
            create table marts.dim_municipality (municipality_code varchar, municipality_name varchar);
            insert into marts.dim_municipality values ('0461', 'Odense'), ('0615', 'Horsens'), ('0751', 'Aarhus');
            create table raw.submissions (municipality_code varchar, state varchar);
            insert into raw.submissions values ('0461', 'accepted'), ('0751', 'accepted'), ('0615', 'rejected');
            create table quality.dq_consistency_finding (
                finding_key varchar, rule_id varchar, severity_code varchar, municipality_code varchar, citizen_key varchar,
                resource_type_code varchar, resource_id varchar, expression varchar, submission_id varchar,
                related_submission_id varchar, found_on date
            )
        """)
        add(made, "condition.code.immutable", "error", "c1", DAY)
        add(made, "condition.active.duplicate", "warning", "c2", DAY)
        add(made, "condition.active.duplicate", "warning", "c3", BEFORE)
        add(made, "condition.active.duplicate", "warning", "c4", date(2026, 3, 5))
        yield made


def add(connection: duckdb.DuckDBPyConnection, rule: str, severity: str, resource: str, found: date) -> None:
    row = [
        f"{rule}{resource}",
        rule,
        severity,
        "0461",
        CITIZEN,
        "Condition",
        resource,
        "Condition.code",
        "s1",
        None,
        found,
    ]
    connection.execute(f"insert into quality.dq_consistency_finding values ({', '.join('?' * len(row))})", row)


def test_new_and_open_findings_by_rule_errors_first(connection: duckdb.DuckDBPyConnection) -> None:
    odense, aarhus = reports(connection, DAY)
    assert [(g.rule.id, [f.resource_id for f in g.findings]) for g in odense.new] == [
        ("condition.code.immutable", ["c1"]),
        ("condition.active.duplicate", ["c2"]),
    ]
    assert [[f.resource_id for f in g.findings] for g in odense.open] == [["c3"]]  # c4 was found later than the day
    assert (aarhus.municipality_name, aarhus.count) == ("Aarhus", 0)


def test_the_page_tells_place_and_remedy_and_no_citizen(connection: duckdb.DuckDBPyConnection) -> None:
    odense, aarhus = (page(report).decode() for report in reports(connection, DAY))
    for told in (
        "Odense Kommune",
        "4. marts 2026",
        "condition.code.immutable",
        "Sådan retter I det",
        "c1",
        "Condition.code",
    ):
        assert told in odense
    assert CITIZEN not in odense
    assert "http" not in odense, "a page that fetches nothing"
    assert "Der er ingen fund." in aarhus


def test_what_a_sender_wrote_is_text(connection: duckdb.DuckDBPyConnection) -> None:
    add(connection, "condition.code.immutable", "error", "<script>alert(1)</script>", DAY)
    assert b"<script>" not in page(reports(connection, DAY)[0])


def test_many_findings_are_counted_and_not_all_listed(connection: duckdb.DuckDBPyConnection) -> None:
    for number in range(MOST + 10):
        add(connection, "followUp.overdue", "warning", f"visit-{number:03}", DAY)
    text = page(reports(connection, DAY)[0]).decode()
    assert text.count("visit-") == MOST
    assert f"Viser {MOST} af {MOST + 10}" in text


def test_written_once_whole_and_the_same(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    writing.write_reports(connection, DAY, tmp_path)
    files = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.rglob("*") if path.is_file()}
    assert {str(path.relative_to(tmp_path)) for path in files} == {
        f"{code}/2026-03-04/{name}" for code in ("0461", "0751") for name in ("index.html", "findings.parquet")
    }
    writing.write_reports(connection, DAY, tmp_path)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files} == files
    table = pl.read_parquet(tmp_path / "0461" / "2026-03-04" / "findings.parquet")
    assert table["resource_id"].to_list() == ["c1", "c2", "c3"]
    assert "citizen_key" not in table.columns
    assert pl.read_parquet(tmp_path / "0751" / "2026-03-04" / "findings.parquet").height == 0


def test_a_crash_leaves_nothing_half(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(report: object) -> bytes:
        raise RuntimeError("the machine stops here")

    monkeypatch.setattr(writing, "page", broken)
    with pytest.raises(RuntimeError):
        writing.write_reports(connection, DAY, tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["findings.parquet"]
    monkeypatch.undo()
    writing.write_reports(connection, DAY, tmp_path)
    assert len(list(tmp_path.rglob("index.html"))) == 2
