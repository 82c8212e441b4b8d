"""Each test holds a seed of the indicators to what it is made from."""

import csv
from pathlib import Path

import pytest

from orchestration.indicators.records import load_indicators
from orchestration.indicators.seeds import comparison_csv, made
from orchestration.synthetic.nation.population import TEST_CITIZENS
from tests.unit.dbt.warehouse import PROJECT


def test_the_seeds_are_those_of_the_records() -> None:
    for name, text in made(PROJECT).items():
        found = (PROJECT / "seeds" / name).read_text(encoding="utf-8")
        assert found == text, f"{name} is not what the records say: python -m orchestration.indicators.seeds"


def test_the_test_persons_are_those_of_the_nation() -> None:
    """One list: what the nation plays as test persons is what the statistics leave out."""

    def numbers(path: Path) -> set[str]:
        return {line.partition(",")[0] for line in path.read_text(encoding="utf-8").splitlines()[1:]}

    assert numbers(PROJECT / "seeds" / "test_citizen.csv") == numbers(TEST_CITIZENS)


def test_all_of_both_tables_have_a_record_in_both_languages() -> None:
    records = load_indicators(PROJECT / "indicators")
    assert [r.id for r in records] == [f"A{n:02}" for n in range(1, 26)] + [f"D{n:02}" for n in range(1, 14)]
    for record in records:
        texts = [record.title, record.question, record.exclusions, *(part.definition for part in record.parts)]
        assert all(text.da and text.en and text.da != text.en for text in texts), record.id
        assert record.protects == "none" or (record.minimum.numerator >= 5 and record.minimum.denominator >= 30)


def test_a_record_with_a_wrong_field_is_named(tmp_path: Path) -> None:
    text = (PROJECT / "indicators" / "A01.yml").read_text(encoding="utf-8")
    (tmp_path / "A01.yml").write_text(text.replace("direction: neutral", "direction: sideways"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"A01\.yml: .*direction"):
        load_indicators(tmp_path)
    (tmp_path / "A01.yml").write_text(text.replace("id: A01\n", "id: A99\n", 1), encoding="utf-8")
    with pytest.raises(ValueError, match="one id"):
        load_indicators(tmp_path)


def test_the_nearest_are_those_of_like_size_and_age() -> None:
    """Three alike and one apart, by hand: the one apart is nobody's nearest."""
    rows = [
        {
            "municipality_code": code,
            "population_count": n,
            "population_65plus_count": old,
            "population_80plus_count": oldest,
        }
        for code, n, old, oldest in (
            ("0001", "1000", "200", "50"),
            ("0002", "1010", "202", "50"),
            ("0003", "1100", "220", "56"),
            ("0004", "90000", "9000", "1000"),
        )
    ]
    found = list(csv.DictReader(comparison_csv(rows).splitlines()))
    nearest = {row["municipality_code"]: row["member_code"] for row in found if row["rank_number"] == "1"}
    assert nearest["0001"] == "0002" and nearest["0002"] == "0001"
    assert "0004" not in nearest.values()
