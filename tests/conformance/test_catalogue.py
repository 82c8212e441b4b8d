"""One row of catalogue.csv is one promised rule id: the records are those, complete in both languages, and each is decided somewhere."""

import csv
from pathlib import Path

import pytest

from orchestration.conformance import library, tables
from orchestration.conformance.invariants import INVARIANTS
from orchestration.conformance.rules import Rule, all_rules
from orchestration.conformance.terminology import terminology
from orchestration.synthetic import faults

CATALOGUE = Path(__file__).parent / "catalogue.csv"
RULES = all_rules()
STATED = {  # rules that restrict nothing: max * restated
    "generalEncounter.reasonReference.cardinality",
    "generalEncounter.extension_basedOnIntervention.cardinality",
    "plannedIntervention.activity.detail.extension_deliveryType.cardinality",
    "matterOfInterestObservation.extension_findingContextAtRisk.cardinality",
}


def _promised() -> list[dict[str, str]]:
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_records_are_the_catalogue() -> None:
    own = {rule_id for rule_id, rule in RULES.items() if rule.source == "gateway-1.0.0"}
    assert set(RULES) - own == {row["rule_id"] for row in _promised()}
    for row in _promised():
        rule = RULES[row["rule_id"]]
        assert (rule.severity, rule.stage, rule.phase) == (row["severity"], row["stage"], row["phase"])


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_texts_in_both_languages(rule: Rule) -> None:
    for text in (rule.message_da, rule.message_en, rule.remedy_da, rule.remedy_en):
        assert text.endswith(".")
        assert "{" not in text
        assert "  " not in text
    assert rule.message_da != rule.message_en
    assert rule.source


def test_every_door_rule_has_a_bad_example() -> None:
    door = {r.id for r in RULES.values() if r.stage == "door" and r.decided_by == "check"}
    json = {rule_id for rule_id in door if rule_id.startswith("json.")}  # tests/conformance/test_json.py
    assert door - set(faults.injectable()) - json == STATED
    assert {r.id for r in RULES.values() if r.restricts_nothing} == STATED


def test_every_function_belongs_to_a_rule_of_its_profile() -> None:
    functions = {rule for profile in library.guide("care-1.2.0").profiles.values() for rule in profile.functions}
    assert set(INVARIANTS) <= functions


def test_every_value_set_of_the_profiles_is_known() -> None:
    sets = terminology().members
    for profile in library.guide("care-1.2.0").profiles.values():
        for element in profile.elements.values():
            assert element.binding is None or element.binding in sets
            assert all(part.get("binding", "code") in {*sets, "code"} for part in element.slices.values())


def test_tables_begin_alike_and_name_their_columns_once() -> None:
    for table in tables.tables().values():
        names = [column.name for column in table.columns]
        assert names[:8] == [column.name for column in tables.COMMON]
        assert len(set(names)) == len(names)


def test_every_choice_where_the_guide_is_silent_has_a_reason() -> None:
    for choice in library.read("care-1.2.0/guide.yml")["choices"]:
        assert choice["reason"]
        assert set(choice["rules"]) <= set(RULES)
