"""Each test reads the dictionary as a reader does: the page, the CSV, and both against the manifest."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from orchestration.dbt_manifest import current_manifest
from orchestration.dictionary.lists import code_lists
from orchestration.dictionary.page import breakable, marked, page
from orchestration.dictionary.records import Dictionary
from orchestration.dictionary.table import table
from orchestration.dictionary.writing import CSV, PAGE, read_dictionary, write_dictionary
from orchestration.settings import settings


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    return read_dictionary(current_manifest())


@pytest.fixture(scope="module")
def html(dictionary: Dictionary) -> str:
    return page(dictionary)


def test_csv_has_a_row_for_each_column_of_the_manifest(dictionary: Dictionary) -> None:
    manifest = json.loads(current_manifest().read_bytes())
    nodes = [n for n in manifest["nodes"].values() if n["resource_type"] in ("model", "seed")]
    told = {(n["schema"], n["name"], c) for n in (*nodes, *manifest["sources"].values()) for c in n["columns"]}
    rows = list(csv.DictReader(io.StringIO(table(dictionary).removeprefix("\ufeff"))))
    assert {(row["schema"], row["table"], row["column"]) for row in rows} == told
    assert len(rows) == len(told)
    (row,) = [row for row in rows if (row["table"], row["column"]) == ("fct_condition", "severity_code")]
    assert (row["fki_term"], row["code_list"]) == ("tilstandssværhedsgrad", "KLSeveritiesFSIII")
    assert row["grain"].startswith("version of a condition (FSIII-tilstand)")
    assert (row["owner"], row["access"], row["sent_to"]) == (
        "team:data-platform",
        "public",
        "flis, municipality, sds_care, sds_health",
    )


def test_each_link_leads_to_something_and_each_anchor_stands_once(html: str) -> None:
    anchors = re.findall(r'\bid="([^"]+)"', html)
    assert len(anchors) == len(set(anchors))
    links = set(re.findall(r'href="#([^"]+)"', html))
    assert len(links) > 100
    assert links <= set(anchors)


def test_each_rule_each_table_and_each_list_is_on_the_page(dictionary: Dictionary, html: str) -> None:
    assert len(dictionary.rules) >= 17
    for rule in dictionary.rules:
        assert f'id="regel.{rule.name}"' in html
    for each in dictionary.tables:
        assert f"<code>{each.name}</code></h3>" in html
    for codes in dictionary.code_lists:
        assert codes.codes
        assert f'id="list.{codes.name}"' in html


def test_page_needs_nothing_from_elsewhere_and_the_same_dictionary_gives_the_same_bytes(
    dictionary: Dictionary, html: str
) -> None:
    assert not re.findall(r"""(?:src|href)=["'](?!#|data:)""", html)
    assert page(dictionary) == html
    assert table(dictionary) == table(read_dictionary(current_manifest()))


def test_files_are_written_whole(dictionary: Dictionary, tmp_path: Path) -> None:
    (tmp_path / PAGE).write_text("the former one")
    assert write_dictionary(dictionary, tmp_path) == [tmp_path / PAGE, tmp_path / CSV]
    assert {path.name for path in tmp_path.iterdir()} == {PAGE, CSV}
    assert (tmp_path / PAGE).read_text().rstrip().endswith("</html>")
    assert (tmp_path / CSV).read_bytes().startswith(b"\xef\xbb\xbftable,stage,")


def test_raw_and_model_of_one_name_do_not_share_an_anchor(html: str) -> None:
    assert 'id="raw.condition.severity_code"' in html
    assert 'id="fct_condition.severity_code"' in html


def test_levels_stand_in_the_order_of_their_keys() -> None:
    levels = code_lists(settings().dbt_project_dir / "seeds")["KLSeveritiesFSIII"].codes
    assert [(title, key) for _, title, key in levels] == list(
        zip("012349", ("B1", "B2", "B3", "B4", "B5", "B6"), strict=True)
    )
    conditions = [key for _, _, key in code_lists(settings().dbt_project_dir / "seeds")["FSIIICareConditions"].codes]
    assert conditions.index("J1.2") < conditions.index("J2.1")


def test_marks_become_html_and_everything_else_stays_text() -> None:
    assert marked("a <b> & `x*y*` *ude af fokus* 2 * 3") == (
        "a &lt;b&gt; &amp; <code>x*y*</code> <em>ude af fokus</em> 2 * 3"
    )
    assert marked("*<script>*") == "<em>&lt;script&gt;</em>"
    assert breakable("borgerErDød<") == "borger<wbr>Er<wbr>Død&lt;"
