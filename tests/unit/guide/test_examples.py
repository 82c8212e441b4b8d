"""One test asks of one rule whether the guide shows it: broken, mended, by the checker's own word, and without a CPR number."""

import re
from typing import Any

import pytest

from orchestration.conformance.rules import Rule, all_rules
from orchestration.guide.examples import Example, ExampleError, examples
from orchestration.guide.fragments import changes, masked
from orchestration.guide.listing import compare, lines_of
from orchestration.guide.texts import written_examples
from orchestration.synthetic import faults
from orchestration.synthetic.faults import inject

RULES = all_rules()
SHOWN_BY_HAND = {"bundle.entries.max"}  # 5,001 entries broken for real are no example to read


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_has_an_example(rule: Rule, made: dict[str, Example]) -> None:
    example = made[rule.id]
    assert example.good
    if rule.restricts_nothing:
        assert not example.bad
        return
    assert example.bad
    assert {line.mark for line in example.bad} & {"changed", "gap"}
    assert [line.text for line in example.bad] != [line.text for line in example.good]
    assert max(len(example.bad), len(example.good)) <= 45, "an example is read at a glance"


@pytest.mark.parametrize("rule_id", faults.injectable())
def test_examples_of_bundles_carry_the_checkers_finding(rule_id: str, made: dict[str, Example]) -> None:
    finding = made[rule_id].finding
    assert rule_id in SHOWN_BY_HAND or (finding is not None and finding.rule_id == rule_id)


def test_written_examples_are_of_rules_that_no_bundle_can_break() -> None:
    assert set(written_examples()) <= set(RULES)
    assert set(written_examples()) & set(faults.injectable()) == SHOWN_BY_HAND


def test_a_rule_without_an_example_stops_the_guide(bundles: list[dict[str, Any]]) -> None:
    def unable(rule_id: str, bundle: dict[str, Any]) -> dict[str, Any]:
        if rule_id == "condition.code.required":
            raise faults.CannotInjectError(rule_id)
        return inject(rule_id, bundle)

    with pytest.raises(ExampleError, match=r"condition\.code\.required"):
        examples(bundles, unable)


def test_an_example_that_breaks_nothing_stops_the_guide(bundles: list[dict[str, Any]]) -> None:
    with pytest.raises(ExampleError):
        examples(bundles, lambda rule_id, bundle: bundle)


def test_no_cpr_number_is_shown(bundles: list[dict[str, Any]], files: dict[str, bytes]) -> None:
    numbers = {
        entry["resource"]["identifier"][0]["value"]
        for bundle in bundles
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] == "Patient"
    }
    assert numbers
    for path, data in files.items():
        text = data.decode()
        assert not any(number in text for number in numbers), path
        assert not re.search(r'"value": "\d{6}-?\d{4}"', text), path


def test_masking_hides_the_last_four_and_changes_nothing_else() -> None:
    patient = {"resourceType": "Patient", "id": "a", "identifier": [{"system": "s", "value": "0705410004"}]}
    assert masked([patient]) == [patient | {"identifier": [{"system": "s", "value": "070541••••"}]}]
    assert patient["identifier"] == [{"system": "s", "value": "0705410004"}]
    goal = {"resourceType": "Goal", "identifier": [{"value": "12345"}]}
    assert masked(goal) == goal


def test_changes_are_as_deep_as_they_can_be_told() -> None:
    one = {"a": [{"b": 1}, {"b": 2}], "c": True}
    other = {"a": [{"b": 1}, {"b": 3}, {"b": 4}], "c": 1, "d": None}
    assert list(changes(one, other)) == [("a", 1, "b"), ("a", 2), ("c",), ("d",)]


def test_compare_marks_what_differs_and_not_the_comma_after_it() -> None:
    bad, good = compare(lines_of('{\n  "a": 1\n}'), lines_of('{\n  "a": 1,\n  "b": 2\n}'))
    assert [(line.text, line.mark) for line in bad] == [("{", ""), ('  "a": 1', ""), ("  ", "gap"), ("}", "")]
    assert [line.mark for line in good] == ["", "", "changed", ""]
