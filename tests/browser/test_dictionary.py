"""One test opens the data dictionary from the disk in Chromium and asks what a reader would see. Skipped without Chromium."""

import re
from pathlib import Path

import pytest

from orchestration.dbt_manifest import current_manifest
from orchestration.dictionary.writing import PAGE, read_dictionary, write_dictionary
from tests.browser.test_guide import CHROMIUM, _seen

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
ROW = re.compile(r'<tr id="([^"]+)"( hidden="")?>')


@pytest.fixture(scope="module")
def dictionary(tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("docs")
    write_dictionary(read_dictionary(current_manifest()), out)
    return f"file://{out / PAGE}"


def _shown(html: str) -> set[str]:
    return {name for name, hidden in ROW.findall(html) if not hidden}


def test_a_danish_term_finds_its_columns_and_no_others(dictionary: str, tmp_path: Path) -> None:
    shown = _shown(_seen(f"{dictionary}?q=indsatsbevillingstid", tmp_path))
    assert "fct_planned_intervention.granted_on" in shown
    assert {name.rpartition(".")[2] for name in shown} <= {"granted_on", "period_start_on"}


def test_ae_finds_æ_and_every_word_must_be_there(dictionary: str, tmp_path: Path) -> None:
    found = _shown(_seen(f"{dictionary}?q=fct_condition%20svaerhedsgrad", tmp_path / "one"))
    assert found == {"fct_condition.severity_code"}
    inhabitants = _shown(_seen(f"{dictionary}?q=dim_municipality%20indbyggere", tmp_path / "two"))
    assert inhabitants == {f"dim_municipality.population{who}_count" for who in ("", "_65plus", "_80plus")}


def test_headings_change_language_and_descriptions_do_not(dictionary: str, tmp_path: Path) -> None:
    assert 'data-lang="da"' in _seen(dictionary, tmp_path / "da")
    assert 'data-lang="en"' in _seen(f"{dictionary}?lang=en", tmp_path / "en")


def test_a_link_into_a_folded_table_unfolds_it(dictionary: str, tmp_path: Path) -> None:
    assert '<details class="table" id="raw.condition">' in _seen(dictionary, tmp_path / "one")
    seen = _seen(f"{dictionary}#raw.condition.severity_code", tmp_path / "two")
    assert re.search(r'<details class="table" id="raw\.condition" open(="")?>', seen)
