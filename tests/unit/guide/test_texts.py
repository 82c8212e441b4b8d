"""One test asks of one record whether it speaks to a reader in Danish and in English, and whether a text still has its record."""

import pytest

from orchestration.conformance.rules import Rule, all_rules
from orchestration.conformance.terminology import terminology
from orchestration.guide.choices import choices
from orchestration.guide.elements import elements
from orchestration.guide.places import places
from orchestration.guide.records import guide, index, raw_profiles
from orchestration.guide.texts import DECIDED, KINDS, SEVERITIES, _read, profile_text, value_set_text
from tests.unit.guide.html import Document

RULES = all_rules()
PROFILES = guide().profiles
ELEMENTS = [(key, path) for key in PROFILES for path in elements(key)]


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_speaks_both_languages_on_its_page(rule: Rule, documents: dict[str, Document]) -> None:
    page = documents[f"regler/{rule.id}.html"].text
    for text in (rule.message_da, rule.message_en, rule.remedy_da, rule.remedy_en):
        assert text.strip()
        assert text in page
    assert rule.kind in KINDS
    assert rule.severity in SEVERITIES
    assert rule.decided_by in DECIDED
    # A finding is promised of what is judged over time, and of nothing else.
    assert ("kommunen får fundet at se" in page) == (rule.decided_by == "history")


@pytest.mark.parametrize(("key", "path"), ELEMENTS, ids=str)
def test_every_element_is_explained(key: str, path: str) -> None:
    page = elements(key)[path]
    for text in (page.name, page.what):
        assert text.da
        assert text.en
    assert page.what.da.endswith(".")
    assert page.what.en.endswith(".")
    assert page.types
    assert page.cardinality


@pytest.mark.parametrize("key", PROFILES)
def test_every_profile_and_its_elements_are_all_shown(key: str) -> None:
    assert profile_text(key, "intro") != profile_text(key, "line")
    assert set(PROFILES[key].elements) <= set(elements(key))
    terms = {element["fki"] for element in raw_profiles()[key]["elements"].values() if "fki" in element}
    assert terms <= {term for page in elements(key).values() for term in page.fki}


@pytest.mark.parametrize("name", terminology().members)
def test_every_value_set_is_explained(name: str) -> None:
    assert value_set_text(name).da != value_set_text(name).en


def test_every_choice_has_its_reason_in_both_languages(documents: dict[str, Document]) -> None:
    page = documents["valg.html"].text
    assert len(choices()) == len(index()["choices"])
    for choice in choices():
        for text in (*choice["decision"], *choice["reason"]):
            assert text in page


def test_every_rule_has_a_place_that_shows_it() -> None:
    assert set(places()) == set(RULES)


def test_no_text_has_lost_its_record() -> None:
    shown = {key: set(elements(key)) for key in PROFILES}
    written = {key: set(paths) for key, paths in _read("elements").items() if key != "common"}
    assert all(paths <= shown[key] for key, paths in written.items())
    assert set(_read("profiles")) == set(PROFILES)
    assert set(_read("value_sets")) == set(terminology().members)
    assert set(_read("reasons")) <= {choice["decision"]["en"] for choice in index()["choices"]}
