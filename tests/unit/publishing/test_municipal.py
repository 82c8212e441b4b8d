"""One test is one promise of the municipalities' own extracts: each its own rows, and nobody else's, whoever is approved."""

from collections import defaultdict
from datetime import date
from pathlib import Path

import duckdb
import msgspec
import pytest

from orchestration.cards.records import Card
from orchestration.cards.writing import DATA, RELEASED, read_card
from orchestration.publishing.gate import run_gate
from orchestration.publishing.home import latest
from orchestration.publishing.manifest import read_manifest
from orchestration.publishing.municipal import own_extract
from orchestration.publishing.outcome import Outcome, Refused, Released, Unchanged
from orchestration.publishing.release import release
from orchestration.publishing.verification import verify
from tests.unit.publishing.conftest import House, Nation, at, invented_cpr

CODES = ["0461", "0615", "0751", *(f"0{n:03}" for n in range(100, 195))]
MOVED = invented_cpr(5000)


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """98 municipalities, three citizens in each; one citizen has lived in all of them."""
    nation = Nation(tmp_path_factory.mktemp("country") / "warehouse.duckdb")
    with nation.session():
        for number, code in enumerate(CODES):
            if number > 2:
                nation.sql("update marts.dim_municipality set municipality_code = ? where municipality_code = ?",
                           [code, f"9{number - 3:03}"])  # fmt: skip
            nation.citizen(code, "nursing", "home_care")
            nation.citizen(code, "home_care")
            nation.citizen(code, "nursing", cpr=MOVED)
    return nation.path


@pytest.fixture
def own(tmp_path: Path, country: Path) -> House:
    """An installation with the municipalities' agreement; all 98 have approved."""
    house = House(tmp_path, country, recipients=("municipality",))
    house.slim("cpr.wellformed", "key.unique")
    approve(house, CODES)
    house.nation.citizens = 500
    return house


def approve(house: House, codes: list[str]) -> None:
    head = "municipality_code,approved_on,withdrawn_on,reference\n"
    rows = "".join(f"{code},2026-03-01,,invented\n" for code in codes)
    (house.expectations / "municipality" / "approvals.csv").write_text(head + rows)


def card_of(code: str, received: int = 10) -> Card:
    return Card(
        municipality_code=code, municipality_name=f"Kommune {code}", day=date(2026, 3, 4), received=received, accepted=9,
        accepted_before=None, days=30, silent=(), hours=1.0, hours_95=2.0, weeks=(), rules=(), measures=(), todo=(),
    )  # fmt: skip


def put_card(house: House, code: str, card: Card) -> None:
    (house.root / "cards" / code).mkdir(parents=True, exist_ok=True)
    (house.root / "cards" / code / DATA).write_bytes(msgspec.json.encode(card))


def release_each(house: House, codes: list[str], hour: int = 6) -> dict[str, Outcome]:
    agreement = house.agreement("municipality")
    candidate = house.candidate("municipality")
    verdict = run_gate(candidate, agreement, house.releases, now=at(hour))
    found: dict[str, Outcome] = {}
    with duckdb.connect() as connection:
        for code in codes:
            card = read_card(house.root / "cards", code)
            mine, report = own_extract(connection, candidate, verdict, agreement, code, card)
            found[code] = release(mine, report, agreement.of(code), house.releases, house.publisher, now=at(hour))
    return found


def rows_of(house: House, code: str) -> dict[str, list[tuple[object, ...]]]:
    folder = latest(house.releases, f"municipality/{code}")
    assert folder is not None and verify(folder) == ()
    tables = [path for path in folder.glob("*.parquet") if path.stem.startswith("fct_") or path.stem == "dim_citizen"]
    return {path.stem: house.rows(path) for path in tables}


def test_across_all_pairs_nobody_sees_a_row_of_another(own: House) -> None:
    assert all(isinstance(outcome, Released) for outcome in release_each(own, CODES).values())
    owners: dict[object, set[str]] = defaultdict(set)
    for code in CODES:
        for model, rows in rows_of(own, code).items():
            folder = latest(own.releases, f"municipality/{code}")
            named = own.rows(folder / f"{model}.parquet", "distinct municipality_code")
            assert named == [(code,)], (model, code)
            for row in rows:
                owners[model, *map(str, row)].add(code)
    shared = {row: codes for row, codes in owners.items() if len(codes) > 1}
    assert shared == {}, "no row is in two extracts, of 98 x 97 pairs"
    assert len(owners) == sum(count for ((count,),) in [
        own.nation.sql(f"select count(*) from marts.{model}")
        for model in ("dim_citizen", "fct_condition", "fct_planned_intervention")
    ])  # fmt: skip


def test_each_gets_its_own_quality_card_and_nobody_elses(own: House) -> None:
    for code in CODES[:-1]:
        put_card(own, code, card_of(code))
    release_each(own, CODES)
    pages = dict[str, bytes]()
    for code in CODES[:-1]:
        folder = latest(own.releases, f"municipality/{code}")
        assert folder is not None and verify(folder) == ()
        manifest = read_manifest(folder)
        assert manifest is not None and {d.file for d in manifest.documents} == set(RELEASED)
        assert msgspec.json.decode((folder / RELEASED[1]).read_bytes(), type=Card) == card_of(code)
        pages[code] = (folder / RELEASED[0]).read_bytes()
    for code, page in pages.items():
        named = {other for other in CODES if f"kommune {other} ".encode() in page}
        assert named == {code}, "of 98 x 97 pairs"
    without = latest(own.releases, f"municipality/{CODES[-1]}")
    assert without is not None and not list(without.glob("quality_card*")) and verify(without) == ()


def test_a_card_in_the_wrong_folder_is_no_card(own: House) -> None:
    put_card(own, "0461", card_of("0751"))
    with pytest.raises(ValueError, match="another"):
        read_card(own.root / "cards", "0461")
    (own.root / "cards" / "0461" / DATA).write_bytes(b"{")
    with pytest.raises(ValueError, match="can't be read"):
        read_card(own.root / "cards", "0461")


@pytest.mark.parametrize("file", RELEASED)
def test_a_card_that_was_tampered_with_or_taken_away_is_found(own: House, file: str) -> None:
    put_card(own, "0461", card_of("0461"))
    release_each(own, ["0461"])
    folder = latest(own.releases, "municipality/0461")
    assert folder is not None
    content = (folder / file).read_bytes()
    (folder / file).write_bytes(content.replace(b"0461", b"0751"))
    assert [fault.en.partition(" ")[0] for fault in verify(folder)] == [file]
    (folder / file).unlink()
    assert [fault.en for fault in verify(folder)] == [f"{file} is missing"]
    (folder / file).write_bytes(content)
    assert verify(folder) == ()


def test_the_same_card_and_rows_are_no_new_release_and_another_card_is_one(own: House) -> None:
    put_card(own, "0461", card_of("0461"))
    release_each(own, ["0461"])
    assert isinstance(release_each(own, ["0461"], hour=7)["0461"], Unchanged)
    put_card(own, "0461", card_of("0461", received=11))
    assert isinstance(release_each(own, ["0461"], hour=8)["0461"], Released)


def test_a_card_changed_after_it_was_taken_stops_the_release(own: House) -> None:
    put_card(own, "0461", card_of("0461"))
    agreement, candidate = own.agreement("municipality"), own.candidate("municipality")
    verdict = run_gate(candidate, agreement, own.releases, now=at(6))
    with duckdb.connect() as connection:
        mine, report = own_extract(
            connection, candidate, verdict, agreement, "0461", read_card(own.root / "cards", "0461")
        )
    (mine.directory / RELEASED[0]).write_bytes(b"another")
    refused = release(mine, report, agreement.of("0461"), own.releases, own.publisher, now=at(6))
    assert isinstance(refused, Refused) and [r.code for r in refused.refusals] == ["candidate.changed"]


def test_who_moved_is_on_each_side_with_what_that_side_reported(own: House) -> None:
    release_each(own, ["0461", "0751"])
    seen = {code: [row for row in rows_of(own, code)["fct_condition"] if MOVED in row] for code in ("0461", "0751")}
    assert [len(rows) for rows in seen.values()] == [1, 1] and seen["0461"] != seen["0751"]


def test_only_the_approved_are_in_the_common_candidate_and_get_anything(own: House) -> None:
    approve(own, ["0461"])
    put_card(own, "0461", card_of("0461"))
    put_card(own, "0751", card_of("0751"))
    found = release_each(own, ["0461", "0751"])
    assert isinstance(found["0461"], Released)
    refused = found["0751"]
    assert isinstance(refused, Refused) and [r.code for r in refused.refusals] == ["approval.missing"]
    assert latest(own.releases, "municipality/0751") is None
    assert not list((own.releases / "municipality" / "0751").rglob("quality_card*"))
    common = own.candidates / "municipality" / "fct_condition.parquet"
    assert own.rows(common, "distinct municipality_code") == [("0461",)]


def test_a_municipality_at_fault_is_told_why_and_stops_no_other(own: House) -> None:
    release_each(own, ["0461", "0751"])
    before = latest(own.releases, "municipality/0751")
    own.nation.citizen("0751", "nursing", cpr="9999999999")
    own.nation.citizen("0461", "nursing")
    found = release_each(own, ["0461", "0751"], hour=7)
    assert isinstance(found["0461"], Released)
    refused = found["0751"]
    assert isinstance(refused, Refused) and "cpr.wellformed" in refused.refusals[0].text.en
    assert latest(own.releases, "municipality/0751") == before, "the former release stands"
