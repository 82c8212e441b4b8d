"""One test is one promise of the municipalities' own extracts: each its own rows, and nobody else's, whoever is approved."""

from collections import defaultdict
from pathlib import Path

import duckdb
import pytest

from orchestration.publishing.gate import run_gate
from orchestration.publishing.home import latest
from orchestration.publishing.municipal import own_extract
from orchestration.publishing.outcome import Outcome, Refused, Released
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


def release_each(house: House, codes: list[str], hour: int = 6) -> dict[str, Outcome]:
    agreement = house.agreement("municipality")
    candidate = house.candidate("municipality")
    verdict = run_gate(candidate, agreement, house.releases, now=at(hour))
    found: dict[str, Outcome] = {}
    with duckdb.connect() as connection:
        for code in codes:
            mine, report = own_extract(connection, candidate, verdict, agreement, code)
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


def test_who_moved_is_on_each_side_with_what_that_side_reported(own: House) -> None:
    release_each(own, ["0461", "0751"])
    seen = {code: [row for row in rows_of(own, code)["fct_condition"] if MOVED in row] for code in ("0461", "0751")}
    assert [len(rows) for rows in seen.values()] == [1, 1] and seen["0461"] != seen["0751"]


def test_only_the_approved_are_in_the_common_candidate_and_get_anything(own: House) -> None:
    approve(own, ["0461"])
    found = release_each(own, ["0461", "0751"])
    assert isinstance(found["0461"], Released)
    refused = found["0751"]
    assert isinstance(refused, Refused) and [r.code for r in refused.refusals] == ["approval.missing"]
    assert latest(own.releases, "municipality/0751") is None
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
