"""One test holds the page to what a mailed file must be: whole, self-contained, readable without a script, without a CPR number."""

import json
import re
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest

from tests.unit.desk.conftest import ROOT, SAMPLES, Desk, many_faults


def tree(page: str) -> ElementTree.Element:
    """The page as XML: every tag closed, every sign escaped."""
    body = re.sub(r"(?s)<(script|style)>.*?</\1>", "", page).removeprefix("<!DOCTYPE html>")
    return ElementTree.fromstring(body)


def citizens() -> set[str]:
    """Every CPR number of the samples."""
    found: set[str] = set()
    for path in (ROOT / SAMPLES).rglob("*"):
        if path.is_file():
            found |= set(re.findall(r"(?<![\w.-])\d{10}(?![\w-])", path.read_text("utf-8", errors="replace")))
    return found


@pytest.mark.parametrize("lang", ["da", "en"])
def test_page_is_whole(desk: Desk, lang: str) -> None:
    ran = desk(SAMPLES, "--format", "html", "--lang", lang)
    page = tree(ran.out)
    assert ran.code == 1
    assert page.get("lang") == lang
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    links = {element.get("href", "") for element in page.iter("a")}
    assert links <= {f"#{name}" for name in ids}
    for element in page.iter("input"):
        assert element.get("type") in {"search", "checkbox"}
    assert ("Sådan rettes det" in ran.out) is (lang == "da")


def test_page_loads_nothing(desk: Desk) -> None:
    page = desk(SAMPLES, "--format", "html").out
    assert "default-src 'none'" in page
    for element in tree(page).iter():
        assert element.tag not in {"link", "img", "iframe", "object", "base"}
        assert "src" not in element.attrib
    assert not re.search(r"url\(|@import|fetch\(|XMLHttp|import\(|innerHTML", page)
    for place in re.finditer("https?://", page):
        assert page[place.start() :].startswith("http://fhir.kl.dk/"), "only a canonical of FHIR, in a text"


def test_no_output_holds_a_citizen(desk: Desk) -> None:
    numbers = citizens()
    assert len(numbers) > 10
    for form in ("text", "json", "html"):
        out = desk(SAMPLES, "--format", form).out
        assert not [number for number in numbers if number in out]


def test_page_says_that_all_is_well(desk: Desk) -> None:
    ran = desk(SAMPLES / "2026-03-02" / "0461-odense", "--format", "html")
    assert ran.code == 0
    assert "Alle leverancer vil blive accepteret." in ran.out
    tree(ran.out)


def test_page_says_what_the_transition_changes(desk: Desk) -> None:
    assert "efter overgangsperioden" in desk(SAMPLES, "--format", "html", as_of="2027-01-01").out
    assert "efter overgangsperioden, som slutter" not in desk(SAMPLES, "--format", "html").out


def test_page_counts_what_it_does_not_list(desk: Desk, report: dict[str, Any]) -> None:
    line = json.dumps(many_faults(report, 25)).encode() + b"\n"
    page = desk("-", "--format", "html", stdin=line * 1003).out
    assert "1.003 af 1.003 leverancer vil blive afvist." in page
    assert "De første 1.000 er skrevet ud" in page
    assert page.count('class="card report"') == 1000
    assert "… og 5 mere; 25 i alt" in page


def test_names_are_escaped(desk: Desk, tmp_path: Any) -> None:
    (tmp_path / "<script>&\"'.json").write_bytes(b"")
    page = desk(tmp_path, "--format", "html").out
    assert "&lt;script&gt;&amp;" in page
    tree(page)
