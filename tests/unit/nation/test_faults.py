"""One test shows what the door makes of a nation: nothing to refuse but what was broken, and every fault under its rule."""

from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest

from orchestration.conformance.check import check
from orchestration.conformance.rules import all_rules
from orchestration.conformance.verdict import Context, Verdict
from orchestration.synthetic.nation.breakages import HEAVY, break_rule, candidates
from orchestration.synthetic.nation.plan import plan
from orchestration.synthetic.nation.run import generate
from orchestration.synthetic.style import STYLES
from tests.unit.nation.reading import delivered

DAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nation") / "faulty"
    generate(plan(str(folder), seed=11, municipalities="14", citizens=420, days=24, faults=0.25))
    return folder


def judged(row: dict[str, Any], data: bytes) -> Verdict:
    return check(data, Context(frozenset({f"99999{row['municipality_code']}000001"}), row["sent_on"]))


def test_every_report_ends_as_the_truth_says(nation: Path) -> None:
    wrong: Counter[tuple[str, ...]] = Counter()
    kinds: Counter[str] = Counter()
    for row, data in delivered(nation):
        verdict = judged(row, data)
        rules = {finding.rule_id for finding in verdict.findings}
        wanted = "accepted" if row["kind"] in ("repeated", "known_id") else row["state"]
        kinds[row["kind"]] += 1
        if verdict.status != wanted:
            wrong[(row["kind"], row["rule_id"] or "", verdict.status, *sorted(rules))] += 1
        if row["kind"] == "faulty" and row["rule_id"] not in rules:
            wrong[("missed", row["rule_id"], *sorted(rules))] += 1
    assert not wrong
    assert kinds.keys() >= {"ordinary", "late", "catch_up", "repeated", "faulty", "mended"}


def test_each_fault_has_its_place(nation: Path) -> None:
    faults = pq.read_table(nation / "truth" / "faults.parquet").to_pylist()
    assert len({row["rule_id"] for row in faults}) > 200
    for row in faults:
        assert row["place"].startswith("Bundle") or row["rule_id"].startswith("json."), row["rule_id"]


@cache
def some_reports() -> tuple[dict[str, Any], ...]:
    """Reports of every shape: two styles, all sorts of resources."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "whole"
        generate(plan(str(out), seed=5, municipalities="20", citizens=500, days=25))
        bundles = [msgspec.json.decode(data) for _, data in delivered(out)]
    return tuple({_shape(bundle): bundle for bundle in bundles}.values())


def _shape(bundle: dict[str, Any]) -> frozenset[tuple[str, ...]]:
    """Which resources it holds, with which elements: one report of each shape is enough."""
    resources = [entry["resource"] for entry in bundle["entry"]]
    return frozenset(
        (r["meta"]["profile"][0], str(r.get("status")), *sorted(r.keys() & {"extension", "severity"}))
        for r in resources
    )


@pytest.mark.parametrize("rule_id", [name for name in candidates() if name not in HEAVY])
def test_every_rule_can_be_broken_in_a_report_of_the_nation(rule_id: str) -> None:
    for bundle in some_reports():
        broken = break_rule(rule_id, bundle, STYLES["new"])
        if broken is not None:
            found = check(broken.data, Context(frozenset({_sor(bundle)}), DAY))
            assert rule_id in {finding.rule_id for finding in found.findings}
            assert (found.status == "rejected") is (all_rules()[rule_id].severity == "error")
            return
    pytest.fail("no report of the nation has a place for it")


def _sor(bundle: dict[str, Any]) -> str:
    return str(bundle["entry"][0]["resource"]["managingOrganization"]["identifier"]["value"])
