"""One test asks one thing of the generated files: that they hold together, load nothing, and are the same bytes every time."""

import json
import re
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote

import pytest

from orchestration.conformance.rules import all_rules
from orchestration.guide.codes import value_sets
from orchestration.guide.elements import elements
from orchestration.guide.records import guide
from orchestration.guide.site import site
from orchestration.synthetic.faults import inject
from tests.unit.guide.html import Document

OWN = ("guide.css", "guide.js")
READABLE = 4.5  # WCAG 2.2 AA, text of any size


def test_same_records_same_bytes(bundles: list[dict[str, Any]], files: dict[str, bytes]) -> None:
    assert site(bundles, inject) == files


def test_pages_are_nested_right_and_have_one_heading_each_level(documents: dict[str, Document]) -> None:
    for path, page in documents.items():
        assert page.faults == [], path
        assert page.headings.count(1) == 1, path
        steps = zip(page.headings, page.headings[1:], strict=False)
        assert all(after <= before + 1 for before, after in steps), path
        assert len(page.ids) == len(set(page.ids)), path
        tags = [tag for tag, _ in page.tags]
        assert all(tags.count(tag) == 1 for tag in ("main", "title")), path
        assert dict(page.tags)["html"]["lang"] == "da"


def test_every_text_is_there_in_both_languages(documents: dict[str, Document]) -> None:
    for path, page in documents.items():
        assert page.spoken["da"] == page.spoken["en"] > 10, path


def test_every_link_leads_somewhere(files: dict[str, bytes], documents: dict[str, Document]) -> None:
    for path, page in documents.items():
        for link in page.links:
            _follow(link, path, files, documents)


def _follow(link: str, path: str, files: dict[str, bytes], documents: dict[str, Document]) -> None:
    to, _, fragment = link.partition("#")
    target = normpath(join(dirname(path), to)) if to else path
    assert target in files, f"{path} → {link}"
    assert not fragment or unquote(fragment) in documents[target].ids, f"{path} → {link}"


def test_nothing_is_loaded_from_elsewhere(files: dict[str, bytes], documents: dict[str, Document]) -> None:
    for path, page in documents.items():
        for load in page.loads:
            assert load == "data:," or normpath(join(dirname(path), load)) in OWN, f"{path} loads {load}"
        assert not [link for link in page.links if re.match(r"[a-z]+:|//", link)], path
        assert not [at for _, at in page.tags if any(name.startswith("on") for name in at)], path
    for name in OWN:
        text = files[name].decode()
        assert not re.search(r"https?://|url\(|@import|fetch\(|XMLHttpRequest", text), name


def test_every_rule_id_is_an_anchor_on_its_page_and_in_the_list(documents: dict[str, Document]) -> None:
    listed = set(documents["regler/index.html"].ids)
    for rule_id in all_rules():
        assert rule_id in documents[f"regler/{rule_id}.html"].ids
        assert rule_id in listed


def test_every_element_and_code_is_an_anchor(documents: dict[str, Document]) -> None:
    for key in guide().profiles:
        ids = set(documents[f"profiler/{key}.html"].ids)
        assert {element.anchor for element in elements(key).values()} <= ids
    for each in value_sets().values():
        assert {concept.anchor for concept in each.concepts} <= set(documents[f"koder/{each.name}.html"].ids)


def test_every_rule_is_reached_from_the_page_it_belongs_to(documents: dict[str, Document]) -> None:
    linked = {link for path, page in documents.items() if path.startswith("profiler/") for link in page.links}
    assert {f"../regler/{rule_id}.html" for rule_id in all_rules()} <= linked


def test_search_knows_every_rule_element_and_code(files: dict[str, bytes], documents: dict[str, Document]) -> None:
    script = files["search.js"].decode()
    entries = json.loads(script.removeprefix("window.KLGATEWAY_SEARCH=").removesuffix(";\n"))
    for entry in entries:
        _follow(entry[1], "index.html", files, documents)
        assert all(entry[:4]), entry
    words = [" ".join(entry) for entry in entries]
    for wanted in ("condition.severity.valueset", "tilstandssværhedsgrad", "I4.4", "Problemer med tryksår"):
        assert any(wanted in text for text in words), wanted
    assert len({entry[1] for entry in entries}) == len(entries)


def test_legacy_keys_stand_beside_their_uuid(documents: dict[str, Document]) -> None:
    page = documents["koder/FSIIICareConditions.html"].text
    concept = next(c for c in value_sets()["FSIIICareConditions"].concepts if c.key == "I4.4")
    assert concept.code in page
    assert "I4.4" in page
    assert not concept.is_retiring


def test_fields_and_tables_tell_what_they_are(documents: dict[str, Document]) -> None:
    for path, page in documents.items():
        labels = {at.get("for") for tag, at in page.tags if tag == "label"}
        named = [at for tag, at in page.tags if tag == "input" and "name" not in at]
        assert all(at["id"] in labels for at in named), path
        assert all("scope" in at for tag, at in page.tags if tag == "th"), path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_can_be_read(scheme: str, files: dict[str, bytes]) -> None:
    blocks = re.findall(r":root \{(.*?)\}", files["guide.css"].decode(), re.DOTALL)
    colours = dict(re.findall(r"--(\w[\w-]*): (#[0-9a-f]{6})", blocks[0 if scheme == "light" else 1]))
    pairs = [(ink, ground) for ink in ("ink", "soft", "link") for ground in ("paper", "ground", "code")]
    pairs += [(name, f"{name}-ground") for name in ("bad", "warn", "good", "note")]
    pairs += [(name, "code") for name in ("bad", "good")]
    pairs += [("ink", f"{name}-ground") for name in ("bad", "good")] + [("soft", "bad-ground"), ("soft", "good-ground")]
    for ink, ground in pairs:
        assert _contrast(colours[ink], colours[ground]) >= READABLE, (ink, ground)


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
