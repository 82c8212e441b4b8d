"""One property holds for every valid bundle: order and spacing mean nothing, every deletion and every addition is noticed."""

from copy import deepcopy
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.conformance import library
from orchestration.conformance.rules import all_rules
from orchestration.synthetic import faults
from orchestration.synthetic.style import Json
from tests.conformance.mutations import at, places, shuffled
from tests.conformance.specimens import NOW, judged, rule_ids, specimens

ODD = st.sampled_from(
    [None, True, 0, -1, 1.5, "", "x", " ", "2026-13-01", [], {}, [[]], [None], {"a": None}, "Patient/x"]
)
GUIDE = library.guide("care-1.2.0")
REQUIRED = [
    (profile, path, element.rules["required"])
    for profile in GUIDE.profiles.values()
    for path, element in profile.elements.items()
    if "required" in element.rules
]


PLACES = {name: list(places(bundle)) for name, bundle in specimens().items()}
OBJECTS = {name: [p for p in paths if isinstance(at(specimens()[name], p), dict)] for name, paths in PLACES.items()}


@given(st.sampled_from(["new", "old", "urn", "delivery"]), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_order_means_nothing(name: str, random: Random) -> None:
    bundle = shuffled(deepcopy(specimens()[name]), random)
    random.shuffle(bundle["entry"])
    verdict = judged(bundle)
    assert verdict.status == "accepted"
    assert verdict.findings == ()
    original = judged(specimens()[name])
    assert {t: len(r) for t, r in verdict.rows.items()} == {t: len(r) for t, r in original.rows.items()}
    hashes = {row[7] for rows in verdict.rows.values() for row in rows}
    assert hashes == {row[7] for rows in original.rows.values() for row in rows}


@pytest.mark.parametrize(("profile", "path", "rule_id"), REQUIRED, ids=[rule_id for *_, rule_id in REQUIRED])
def test_every_deletion_of_a_required_element_is_caught(profile: library.Profile, path: str, rule_id: str) -> None:
    caught = 0
    for name in ("new", "old", "delivery"):
        spots = list(faults.spots(deepcopy(specimens()[name]), profile, path))
        for number, (_, _, key) in enumerate(spots):
            bundle = deepcopy(specimens()[name])
            holder = list(faults.spots(bundle, profile, path))[number][0]
            if key in holder:
                del holder[key]
                assert rule_id in rule_ids(judged(bundle)) - rule_ids(judged(specimens()[name]))
                caught += 1
    assert caught


@given(
    st.sampled_from(["new", "old", "delivery"]),
    st.integers(0, 10_000),
    st.sampled_from(["colour", "Code", "Id", "value"]),
)
@settings(max_examples=150, deadline=None)
def test_an_unknown_element_anywhere_is_caught(name: str, number: int, key: str) -> None:
    bundle = deepcopy(specimens()[name])
    holder: Json = at(bundle, OBJECTS[name][number % len(OBJECTS[name])])
    if key in holder:
        return
    holder[key] = "x"
    verdict = judged(bundle)
    assert verdict.status == "rejected"
    expected = {
        "common.json.unknown-element",
        "deliveryReport.entry.resource.allowed",
        "incrementalDelivery.entry.resource.allowed",
    }
    assert rule_ids(verdict) & expected or key == "value"


@given(st.sampled_from(["new", "old", "delivery"]), st.integers(0, 10_000), ODD)
@settings(max_examples=400, deadline=None)
def test_any_value_anywhere_gives_a_verdict_and_no_fault(name: str, number: int, value: Any) -> None:
    bundle = deepcopy(specimens()[name])
    path = PLACES[name][number % len(PLACES[name])]
    at(bundle, path[:-1])[path[-1]] = value
    assert judged(bundle).status in ("accepted", "rejected")


@given(st.sampled_from(faults.injectable()), st.sampled_from(faults.injectable()), st.sampled_from(["new", "delivery"]))
@settings(max_examples=100, deadline=None)
def test_two_faults_give_a_verdict_and_no_fault(one: str, other: str, name: str) -> None:
    bundle = specimens()[name]
    for rule_id in (one, other):
        try:
            bundle = faults.inject(rule_id, bundle)
        except (LookupError, TypeError, AttributeError, ValueError):
            continue
    verdict = judged(bundle, NOW)
    assert verdict.fault is None
    assert all(finding.rule_id in all_rules() for finding in verdict.findings)
