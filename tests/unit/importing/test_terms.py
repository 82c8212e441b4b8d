"""One test is one way a value set can be made, and the codes it then has."""

from pathlib import Path
from typing import Any

import pytest

from orchestration.conformance.terminology import Terminology
from orchestration.importing.expansion import Expanded, Expander
from orchestration.importing.library import library
from orchestration.importing.package import read_package
from orchestration.importing.terms import TermsDraft, codes_csv
from tests.unit.importing.packages import CANONICAL, CODES, below, code_system, package, profile, value_set

PROFILE = profile("any", "Patient")
KNOWN = {"hl7-set": {("urn:h", "known"): "Known"}}


def expanded(tmp_path: Path, *resources: dict[str, Any], name: str = "asked") -> Expanded:
    read = read_package(package(tmp_path / "a.tgz", PROFILE, code_system(), *resources))
    return Expander(library([read]), KNOWN).expand(f"{CANONICAL}/ValueSet/{name}|2")


def codes(result: Expanded) -> set[str]:
    return {code for _, code in result.codes}


def other(name: str) -> dict[str, Any]:
    return {"valueSet": [f"{CANONICAL}/ValueSet/{name}"]}


def where(name: str, op: str, value: str) -> dict[str, Any]:
    return {"system": CODES, "filter": [{"property": name, "op": op, "value": value}]}


@pytest.mark.parametrize(
    ("include", "found"),
    [
        (below("warm"), {"red", "crimson", "yellow"}),
        (below("warm", "is-a"), {"warm", "red", "crimson", "yellow"}),
        (below("warm", "is-not-a"), {"cold", "blue"}),
        (below("crimson", "generalizes"), {"warm", "red", "crimson"}),
        ({"system": CODES}, {"warm", "red", "crimson", "yellow", "cold", "blue"}),
        ({"system": CODES, "concept": [{"code": "blue"}, {"code": "unheard-of"}]}, {"blue", "unheard-of"}),
        (where("concept", "in", "red, blue"), {"red", "blue"}),
        (where("code", "=", "red"), {"red"}),
        (where("bright", "=", "true"), {"yellow"}),
        (where("bright", "exists", "true"), {"yellow"}),
        (where("concept", "not-in", "warm,red,crimson,cold"), {"yellow", "blue"}),
    ],
)
def test_include(tmp_path: Path, include: dict[str, Any], found: set[str]) -> None:
    result = expanded(tmp_path, value_set("asked", include))
    assert (codes(result), result.gaps) == (found, [])


def test_filters_of_one_include_all_hold(tmp_path: Path) -> None:
    both = below("warm")
    both["filter"] += below("red", "is-a")["filter"]
    assert codes(expanded(tmp_path, value_set("asked", both))) == {"red", "crimson"}


def test_nested_value_sets_and_exclude(tmp_path: Path) -> None:
    sets = value_set("all", other("warms"), other("colds")), value_set("warms", below("warm"))
    colds = value_set("colds", below("cold", "is-a"))
    asked = value_set("asked", other("all"), exclude=(below("red", "is-a"),))
    result = expanded(tmp_path, asked, *sets, colds)
    assert codes(result) == {"yellow", "cold", "blue"}
    assert result.uses == [f"{CANONICAL}/ValueSet/all"]


def test_value_sets_of_one_include_intersect(tmp_path: Path) -> None:
    sets = value_set("warms", below("warm")), value_set("reds", below("red", "is-a"))
    both = {"valueSet": [f"{CANONICAL}/ValueSet/warms", f"{CANONICAL}/ValueSet/reds"]}
    narrowed = {"system": CODES, "concept": [{"code": "red"}, {"code": "blue"}], **other("warms")}
    assert codes(expanded(tmp_path, value_set("asked", both), *sets)) == {"red", "crimson"}
    assert codes(expanded(tmp_path, value_set("asked", narrowed), *sets)) == {"red"}


def test_a_circle_ends_and_is_told(tmp_path: Path) -> None:
    result = expanded(tmp_path, value_set("asked", other("back"), below("cold")), value_set("back", other("asked")))
    assert codes(result) == {"blue"}
    assert result.gaps == ["asked is made of itself, or of too many others"]


def test_a_long_chain_ends(tmp_path: Path) -> None:
    chain = [value_set(f"n{n}", other(f"n{n + 1}")) for n in range(2_000)]
    assert len(expanded(tmp_path, *chain, name="n0").gaps) == 1


def test_hierarchy_by_properties(tmp_path: Path) -> None:
    def flat(code: str, **of: str) -> dict[str, Any]:
        return {"code": code, "property": [{"code": name, "valueCode": value} for name, value in of.items()]}

    concepts = [flat("a", child="d"), flat("b", parent="a"), flat("c", subsumedBy="b"), flat("d"), flat("e")]
    system = {"resourceType": "CodeSystem", "url": "urn:flat", "concept": concepts}
    asked = below("a") | {"system": "urn:flat"}
    assert codes(expanded(tmp_path, system, value_set("asked", asked))) == {"b", "c", "d"}


@pytest.mark.parametrize(
    ("include", "words"),
    [
        ({"system": "http://snomed.info/sct"}, "http://snomed.info/sct are in none of the packages"),
        (below("nowhere"), "names no concept of it"),
        (where("code", "regex", "(a+)+$"), "is unknown"),
        (other("absent"), "is in none of the packages given"),
    ],
)
def test_what_is_not_found_is_told(tmp_path: Path, include: dict[str, Any], words: str) -> None:
    result = expanded(tmp_path, value_set("asked", include, below("cold")))
    assert codes(result) == {"blue"}
    assert words in " ".join(result.gaps)


def test_a_ready_expansion_fills_a_gap_only(tmp_path: Path) -> None:
    ready = {"expansion": {"contains": [{"system": "urn:s", "abstract": True, "code": "top",
                                         "contains": [{"system": "urn:s", "code": "in"}]}]}}  # fmt: skip
    assert codes(expanded(tmp_path, value_set("asked", {"system": "urn:s"}) | ready)) == {"in"}
    assert codes(expanded(tmp_path, value_set("asked", below("cold")) | ready)) == {"blue"}


def test_code_lists_of_ours_stand_in_for_those_of_hl7(tmp_path: Path) -> None:
    asked = value_set("asked", {"valueSet": ["http://hl7.org/fhir/ValueSet/hl7-set|4.0.1"]})
    assert expanded(tmp_path, asked).codes == {("urn:h", "known"): "Known"}


def test_codes_csv_carries_what_was_decided_before() -> None:
    ours = Terminology(display={("s", "a"): "Old title", ("s", "b"): "B"}, retiring=frozenset({("s", "b")}))
    draft = TermsDraft({"set": Expanded({("s", "a"): "New title", ("s", "b"): "", ("s", "c"): "C"})}, ())
    assert codes_csv(draft, ours).splitlines()[1:] == [
        "set,s,a,New title,Old title,yes", "set,s,b,B,,no", "set,s,c,C,,"
    ]  # fmt: skip
