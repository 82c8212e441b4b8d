"""One test publishes a site, or must not: what stands afterwards is the former site or the new one, whole."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.portal import publishing
from orchestration.portal.faults import HEAVIEST, faults, weight
from orchestration.portal.figures import Figures
from orchestration.portal.publishing import FaultySite, read_record
from orchestration.portal.reading import NoFigures, public_release, read_figures
from orchestration.publishing.signing import find_public, is_signed
from orchestration.publishing.withdrawal import withdraw
from tests.unit.portal.public_release import PublicHouse


def test_the_same_release_gives_the_same_bytes(copy: PublicHouse) -> None:
    before = (copy.portal / "latest").resolve()
    done = copy.publish(12)
    assert (done.status, done.directory) == ("unchanged", before)


def test_the_record_tells_every_file_and_is_signed(house: PublicHouse, site: Path) -> None:
    record = read_record(site)
    assert record is not None
    there = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert there == set(record.files) | {"site.json", "site.json.sig"}
    assert record.release_id == public_release(house.releases).name
    key = find_public(public_release(house.releases), record.key_id)
    assert key
    assert is_signed((site / "site.json").read_bytes(), (site / "site.json.sig").read_bytes(), key)


def test_a_withdrawn_release_leaves_words_and_no_figure(copy: PublicHouse) -> None:
    release = public_release(copy.releases)
    withdraw(copy.releases, "public", release.name, "wrong", copy.publisher, now=datetime(2026, 8, 6, tzinfo=UTC))
    done = copy.publish(12)
    assert done.status == "withdrawn"
    names = sorted(path.relative_to(done.directory).as_posix() for path in done.directory.rglob("*") if path.is_file())
    assert names == ["en/index.html", "index.html", "site.json", "site.json.sig", "static/portal.css"]
    assert "trukket tilbage" in (done.directory / "index.html").read_text()
    assert "have been withdrawn" in (done.directory / "en" / "index.html").read_text()


def test_a_damaged_release_is_not_shown(copy: PublicHouse) -> None:
    before = (copy.portal / "latest").resolve()
    with (public_release(copy.releases) / "ind_public_value.parquet").open("r+b") as file:
        file.seek(5000)
        file.write(b"damaged")
    with pytest.raises(NoFigures, match="not whole"):
        copy.publish(12)
    assert (copy.portal / "latest").resolve() == before


def test_without_a_public_release_there_is_no_site(tmp_path: Path, house: PublicHouse) -> None:
    with pytest.raises(NoFigures, match="Remedy: materialise public_release"):
        publishing.publish(tmp_path / "releases", tmp_path / "portal", house.publisher.signer, now=datetime.now(UTC))
    assert not (tmp_path / "portal" / "latest").exists()


def test_a_release_without_any_figure_says_so(tmp_path: Path) -> None:
    house = PublicHouse(tmp_path / "house", ("A10",))
    house.connection.execute("delete from indicators.ind_public_value")
    house.release()
    page = (house.publish().directory / "index.html").read_text()
    assert 'id="nobody-yet"' in page
    assert "ingen offentlige tal endnu" in page


Spoil = Callable[[Path], object]
SPOILT: dict[str, tuple[Spoil, str, str]] = {
    "dead link": (
        lambda s: _add(s / "om.html", '<a href="kommune/9999.html">x</a>'),
        "om.html",
        "leads nowhere: kommune/9999.html",
    ),
    "from elsewhere": (
        lambda s: _add(s / "om.html", '<img src="https://example.org/x.png">'),
        "om.html",
        "leads elsewhere",
    ),
    "protocol of the page": (
        lambda s: _add(s / "om.html", '<script src="//example.org/x.js"></script>'),
        "om.html",
        "leads elsewhere",
    ),
    "a page is missing": (
        lambda s: (s / "en" / "kommune" / "0461.html").unlink(),
        "en/kommune/0461.html",
        "is missing",
    ),
    "a number of a person": (lambda s: _add(s / "data" / "common.js", "// 250241-1111"), "data/common.js", "CPR"),
    "too heavy": (lambda s: _add(s / "static" / "portal.css", " " * HEAVIEST), "om.html", "loads"),
}


def _add(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


@pytest.mark.parametrize("what", SPOILT)
def test_a_fault_is_found(copy: PublicHouse, what: str) -> None:
    spoil, name, text = SPOILT[what]
    site, told = (copy.portal / "latest").resolve(), read_figures(public_release(copy.releases))
    assert not faults(site, told)
    spoil(site)
    assert any(fault.path == name and text in fault.text for fault in faults(site, told))


def test_a_faulty_site_is_not_shown(copy: PublicHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (copy.portal / "latest").resolve()
    downloads = publishing.write_downloads

    def spoilt(connection: duckdb.DuckDBPyConnection, told: Figures, release: Path, out: Path) -> None:
        downloads(connection, told, release, out)
        _add(out.parent / "om.html", '<a href="https://example.org">x</a>')

    monkeypatch.setattr(publishing, "write_downloads", spoilt)
    with pytest.raises(FaultySite, match=r"om\.html leads elsewhere.*The former site stands"):
        copy.publish(12)
    assert (copy.portal / "latest").resolve() == before
    assert [path.name for path in copy.portal.iterdir() if path.name.startswith(".aside")] == []


def test_a_killed_run_leaves_the_former_site(copy: PublicHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (copy.portal / "latest").resolve()
    (before / "om.html").write_text("changed, so that the next is new")
    record = json.loads((before / "site.json").read_text())
    (before / "site.json").write_text(json.dumps(record | {"content_digest": "0"}))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "point", killed)
    with pytest.raises(KeyboardInterrupt):
        copy.publish(12)
    assert (copy.portal / "latest").resolve() == before
    monkeypatch.undo()
    assert (copy.portal / "latest").resolve() == before
    assert copy.publish(13).status == "new"


def test_only_the_newest_sites_stay(copy: PublicHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "KEPT", 2)
    for hour in range(12, 15):
        record = copy.portal / "latest" / "site.json"
        record.write_text(record.read_text().replace('content_digest": "', 'content_digest": "x'))
        copy.publish(hour)
    assert len([path for path in copy.portal.iterdir() if path.is_dir() and not path.is_symlink()]) == publishing.KEPT


@pytest.mark.parametrize("name", ["ind_public_value", "A10", "dim_municipality"])
def test_a_csv_says_what_its_parquet_says(site: Path, name: str) -> None:
    text = (site / "download" / f"{name}.csv").read_text(encoding="utf-8-sig")
    header, *lines = csv.reader(io.StringIO(text), delimiter=";")
    described = duckdb.connect().execute(f"describe from '{site}/download/{name}.parquet'").fetchall()
    assert header == [column for column, *_ in described]
    rows = duckdb.connect().execute(f"from '{site}/download/{name}.parquet'").fetchall()
    assert len(lines) == len(rows)
    for line, row in zip(lines[::97], rows[::97], strict=True):
        for told, value, (column, kind, *_) in zip(line, row, described, strict=True):
            if kind == "DOUBLE":
                assert told == ("" if value is None else str(value).replace(".", ",")), column
            elif kind == "VARCHAR":
                assert told == (value or ""), column


def test_the_readme_tells_every_column(site: Path, house: PublicHouse) -> None:
    for language in ("da", "en"):
        text = (site / "download" / f"README.{language}.txt").read_text()
        for product in ("ind_public_value", "dim_indicator", "dim_municipality", "dim_comparison_group"):
            for column, *_ in duckdb.connect().execute(f"describe from '{site}/download/{product}.parquet'").fetchall():
                assert f"\n{column} (" in text
    assert "value (double) [værdi]:" in (site / "download" / "README.da.txt").read_text()


def test_no_page_is_heavy(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) == 2 * (6 + 98 + 58)
    assert max(weight(site, page.relative_to(site).as_posix()) for page in pages) < HEAVIEST


def test_the_release_that_is_read_is_the_newest(copy: PublicHouse) -> None:
    told = read_figures(public_release(copy.releases))
    assert told.source.release_id == public_release(copy.releases).name
