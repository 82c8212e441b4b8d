"""One test is one thing that must hold of the portal's own records: texts, themes, tiles, what others made."""

import csv
import hashlib
import re
from pathlib import Path

import pytest
import yaml

from orchestration.portal.reading import alphabetical
from orchestration.portal.site import FOR_SCRIPTS, HERE
from orchestration.portal.tiles import tiles
from orchestration.portal.wording import Wording, themes
from orchestration.settings import REPOSITORY

SEEDS = REPOSITORY / "dbt_project" / "seeds"
OF_THE_RELEASE = {"up", "down", "neutral"}
"""Texts that a value of the release asks for."""


def codes(seed: str, column: str) -> list[str]:
    with (SEEDS / seed).open(encoding="utf-8", newline="") as file:
        return [row[column] for row in csv.DictReader(file)]


def test_every_indicator_stands_in_one_theme() -> None:
    assert sorted(i for theme in themes() for i in theme.indicators) == sorted(codes("indicator.csv", "indicator_id"))


def test_every_municipality_has_a_tile_of_its_own() -> None:
    assert sorted(tiles()) == sorted(codes("municipality.csv", "municipality_code"))
    assert len(set(tiles().values())) == 98


def test_every_text_is_told_in_both_languages_and_used() -> None:
    texts = yaml.safe_load((HERE / "texts.yml").read_text())
    sources = [*HERE.glob("templates/*.html"), *HERE.glob("*.py"), *HERE.glob("static/*.js")]
    used = "\n".join(path.read_text() for path in sources)
    for key, text in texts.items():
        if key in OF_THE_RELEASE:
            continue
        assert set(text) == {"da", "en"} and text["da"] and text["en"], key
        stems = [key, key.removesuffix("_means"), key.removeprefix("sign_"), key.removeprefix("unit_")]
        assert any(re.search(rf"\b{stem}\b", used) for stem in stems), f"{key} is used nowhere"
    assert set(FOR_SCRIPTS) <= set(texts)


@pytest.mark.parametrize(
    "row", [r for r in (HERE / "static/vendor/README.md").read_text().splitlines() if ".js |" in r]
)
def test_what_others_made_is_unchanged(row: str) -> None:
    _, name, *_, digest, _ = (cell.strip() for cell in row.split("|"))
    assert hashlib.sha256((HERE / "static" / "vendor" / name).read_bytes()).hexdigest() == digest
    assert len(list(Path(HERE / "static/vendor").glob("*.LICENSE"))) == len(
        list(Path(HERE / "static/vendor").glob("*.js"))
    )


def test_danish_alphabet() -> None:
    names = ["Aarhus", "Ærø", "Odense", "Ålborg", "Øster", "Albertslund"]
    assert sorted(names, key=alphabetical) == ["Albertslund", "Odense", "Ærø", "Øster", "Ålborg", "Aarhus"]


def test_numbers_in_both_languages() -> None:
    assert (Wording("da").number(12345.678, 1), Wording("en").number(12345.678, 1)) == ("12.345,7", "12,345.7")
