"""One test asks of the table of coverage whether each rule has been seen to speak, and to be silent."""

from typing import Any

import pytest

from orchestration.cli import main
from orchestration.conformance.rules import all_rules
from orchestration.guide.coverage import NOT_SHOWN, Coverage, coverage
from orchestration.synthetic.faults import inject
from orchestration.synthetic.nation.breakages import IN_THE_BYTES


@pytest.fixture(scope="module")
def covered(bundles: list[dict[str, Any]]) -> dict[str, Coverage]:
    return {each.rule_id: each for each in coverage(bundles, inject, IN_THE_BYTES)}


def test_every_rule_that_the_checker_decides_is_seen_in_both_examples(covered: dict[str, Coverage]) -> None:
    assert set(covered) == set(all_rules())
    for rule in all_rules().values():
        row = covered[rule.id]
        seen = rule.stage == "door" and rule.decided_by == "check" and not rule.restricts_nothing
        assert row.good_example.startswith("report ") == seen, rule.id
        assert row.bad_example.startswith(f"{row.good_example}, broken at ") == seen, rule.id
        assert row.bad_example.startswith("(") != seen, rule.id


def test_only_four_rules_restrict_nothing(covered: dict[str, Coverage]) -> None:
    assert sum("restricts nothing" in each.bad_example for each in covered.values()) == 4


def test_an_injection_that_breaks_nothing_is_not_taken_for_an_example(bundles: list[dict[str, Any]]) -> None:
    rows = coverage(bundles[:1], lambda rule_id, bundle: bundle, {"json.syntax": lambda data: data})
    shown = {each.rule_id for each in rows if each.good_example.startswith("report ")}
    assert shown == {"json.empty", "json.size"}
    assert {each.bad_example for each in rows if each.rule_id == "json.syntax"} == {NOT_SHOWN}


def test_the_command_writes_one_line_per_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    header, *lines = capsys.readouterr().out.splitlines()
    assert header == "rule_id,severity,stage,phase,good_example,bad_example"
    assert len(lines) == len(all_rules())
