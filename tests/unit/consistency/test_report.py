"""One test is one promise of the consistency report of a municipality."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from orchestration.consistency import writing
from orchestration.consistency.findings import reports, untold
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
            create table raw.submissions (municipality_code varchar, state varchar, sender_id varchar);
            insert into raw.submissions values ('0461', 'accepted', 'vendor'), ('0751', 'accepted', 'vendor'),
                ('0615', 'rejected', 'stranger'), (null, 'rejected', 'stranger');
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


def test_a_silent_sender_of_several_is_told_to_each(connection: duckdb.DuckDBPyConnection) -> None:
    for sender in ("vendor", "stranger"):
        connection.execute(
            "insert into quality.dq_consistency_finding "
            "values (?, 'sender.day.silent', 'warning', null, null, null, ?, null, null, null, ?)",
            [sender, sender, DAY],
        )
    made = reports(connection, DAY)
    silent = [[f.resource_id for g in r.new if g.rule.id == "sender.day.silent" for f in g.findings] for r in made]
    assert silent == [["vendor"], ["vendor"]]
    assert {f.municipality_code for g in made[1].new for f in g.findings} == {"0751"}
    assert "Afsender" in page(made[1]).decode()
    assert untold(connection, DAY) == 1, "nobody knows for whom the stranger delivers"


def test_a_finding_reaches_a_municipality_of_which_nothing_was_accepted(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("update quality.dq_consistency_finding set municipality_code = '0615' where resource_id = 'c2'")
    connection.execute("update quality.dq_consistency_finding set municipality_code = '9999' where resource_id = 'c3'")
    made = {report.municipality_name: report.count for report in reports(connection, DAY)}
    assert made == {"Odense": 1, "Horsens": 1, "Aarhus": 0, "9999": 1}
    assert untold(connection, DAY) == 0


def test_the_page_tells_place_and_remedy_and_no_citizen(connection: duckdb.DuckDBPyConnection) -> None:
    odense, aarhus = (page(report).decode() for report in reports(connection, DAY))
    for told in (
        "Odense · kommune 0461",
        "4. marts 2026",
        "condition.code.immutable",
        "Sådan retter I det",
        "c1",
        "Condition.code",
        "s1",
        "regler/condition.code.immutable.html",
    ):
        assert told in odense
    assert CITIZEN not in odense
    assert not re.search(r"https?:|src=|url\(|@import|<link|<script", odense), "a page that fetches nothing"
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
    assert f"{MOST + 10} fund" in text


def test_written_once_whole_and_the_same(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    writing.write_reports(connection, DAY, tmp_path)
    files = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in written(tmp_path)}
    assert {str(path.relative_to(tmp_path)) for path in files} == {
        f"{code}/2026-03-04/{name}" for code in ("0461", "0751") for name in ("index.html", "findings.parquet")
    }
    writing.write_reports(connection, DAY, tmp_path)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in written(tmp_path)} == files
    told = pl.read_parquet(tmp_path / "0461" / "2026-03-04" / "findings.parquet")
    assert told["resource_id"].to_list() == ["c1", "c2", "c3"]
    assert set(told["municipality_code"]) == {"0461"}
    assert told.schema["found_on"] == pl.Date
    everything = [name for (name, *_) in connection.execute("describe quality.dq_consistency_finding").fetchall()]
    assert told.columns == [name for name in everything if name != "citizen_key"]
    assert pl.read_parquet(tmp_path / "0751" / "2026-03-04" / "findings.parquet").height == 0


def test_the_same_whatever_the_order_of_the_rows(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    writing.write_reports(connection, DAY, tmp_path / "one")
    connection.execute(
        "create or replace table quality.dq_consistency_finding as "
        "from quality.dq_consistency_finding order by finding_key desc"
    )
    writing.write_reports(connection, DAY, tmp_path / "other")
    one, other = ({p.relative_to(tmp_path / side): p.read_bytes() for p in written(tmp_path / side)} for side in SIDES)
    assert len(one) == 4
    assert one == other


def test_a_day_run_again_tells_what_is_known_then(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    writing.write_reports(connection, DAY, tmp_path)
    connection.execute("delete from quality.dq_consistency_finding where resource_id = 'c2'")  # mended since
    writing.write_reports(connection, DAY, tmp_path)
    folder = tmp_path / "0461" / "2026-03-04"
    assert pl.read_parquet(folder / "findings.parquet")["resource_id"].to_list() == ["c1", "c3"]
    assert ">c2<" not in (folder / "index.html").read_text(encoding="utf-8")
    assert [path.name for path in folder.parent.iterdir()] == ["2026-03-04"], "nothing is left beside"


@pytest.mark.parametrize("part", ["page", "table"])
def test_a_crash_leaves_nothing_half(
    part: str, connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(report: object) -> bytes:
        raise RuntimeError("the machine stops here")

    monkeypatch.setattr(writing, part, broken)
    with pytest.raises(RuntimeError):
        writing.write_reports(connection, DAY, tmp_path)
    assert written(tmp_path) == []


@pytest.mark.parametrize("syncs", [1, 2, 3])
def test_a_full_disk_leaves_the_former_report_whole(
    syncs: int, connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the first file, the second, or the folder can't be put on disk."""
    writing.write_reports(connection, DAY, tmp_path)
    former = {path: path.read_bytes() for path in written(tmp_path)}
    add(connection, "followUp.overdue", "warning", "e1", DAY)
    left = iter([None] * (syncs - 1))

    def full(path: Path) -> None:
        if next(left, path) is path:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "sync", full)
    with pytest.raises(OSError, match="No space left"):
        writing.write_reports(connection, DAY, tmp_path)
    assert {path: path.read_bytes() for path in written(tmp_path)} == former
    monkeypatch.undo()
    writing.write_reports(connection, DAY, tmp_path)
    assert "e1" in (tmp_path / "0461" / "2026-03-04" / "index.html").read_text(encoding="utf-8")


def test_a_folder_that_cannot_take_its_place_leaves_the_former_one(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing.write_reports(connection, DAY, tmp_path)
    former = {path: path.read_bytes() for path in written(tmp_path)}
    add(connection, "followUp.overdue", "warning", "e1", DAY)
    renamed = Path.rename

    def refused(source: Path, target: Path) -> Path:
        if target.name == "2026-03-04" and "former" not in source.name:
            raise OSError(5, "Input/output error")
        return renamed(source, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(OSError, match="Input/output"):
        writing.write_reports(connection, DAY, tmp_path)
    assert {path: path.read_bytes() for path in written(tmp_path)} == former


def test_what_a_killed_run_left_is_swept(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    half = tmp_path / "0461" / ".aside-0badcafe-2026-03-04"
    half.mkdir(parents=True)
    (half / "index.html").write_text("half")
    writing.write_reports(connection, DAY, tmp_path)
    assert not half.exists()


SIDES = ("one", "other")


def written(folder: Path) -> list[Path]:
    """Every file that a reader may look at, and what should not have been left; not the lock."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
