"""One test shows one promise of the verdict: what a finding says, in which order, how many, and what never leaks."""

from copy import deepcopy
from dataclasses import replace

import pytest

from orchestration.conformance import invariants
from orchestration.conformance.check import check
from orchestration.conformance.fast import path
from orchestration.conformance.invariants.registry import Invariant
from orchestration.conformance.outcome import operation_outcome
from orchestration.conformance.tables import tables
from orchestration.conformance.verdict import Context, Verdict
from orchestration.synthetic import faults
from orchestration.synthetic.bundles import to_json
from orchestration.synthetic.style import Json
from tests.conformance.specimens import LATER, NOW, SOR, found, judged, rule_ids, specimens


def changed(name: str, index: int) -> tuple[Json, Json]:
    """A copy of a specimen and the resource of one entry in it."""
    bundle = deepcopy(specimens()[name])
    return bundle, bundle["entry"][index]["resource"]


def row(verdict: Verdict, table: str, index: int = 0) -> dict[str, object]:
    """One row by column name."""
    names = [column.name for column in tables()[table].columns]
    return dict(zip(names, verdict.rows[table][index], strict=True))


def test_expression_is_exact() -> None:
    bundle = faults.inject("condition.code.valueset", specimens()["new"])
    finding = found(judged(bundle), "condition.code.valueset")
    assert finding is not None
    assert finding.expression == "Bundle.entry[1].resource.code.coding[0].code"
    assert (finding.profile, finding.resource_type) == ("condition", "Condition")
    assert finding.resource_id == bundle["entry"][1]["resource"]["id"]


def test_expression_inside_a_delivery_is_nested() -> None:
    bundle = faults.inject("condition.code.valueset", specimens()["delivery"])
    finding = found(judged(bundle), "condition.code.valueset")
    assert finding is not None
    assert finding.expression == "Bundle.entry[0].resource.entry[1].resource.code.coding[0].code"


def test_two_codings_give_one_finding() -> None:
    bundle, condition = changed("new", 1)
    condition["code"]["coding"] *= 2
    assert rule_ids(judged(bundle)) == {"condition.code.coding.required"}


@pytest.mark.parametrize(
    "reference", ["Patient/00000000-0000-4000-8000-000000000000", "urn:uuid:x", "nonsense", "https://x/y"]
)
def test_an_unresolvable_reference_gives_one_finding(reference: str) -> None:
    bundle, condition = changed("new", 1)
    condition["subject"] = {"reference": reference}
    assert len(judged(bundle).findings) == 1


def test_a_swap_of_case_in_a_code_is_named_as_such() -> None:
    bundle = faults.inject("terminology.old-and-new", specimens()["old"])
    assert rule_ids(judged(bundle)) == {"terminology.old-and-new"}


def test_uuid_and_legacy_codes_are_accepted_alike_in_own_observations() -> None:
    for name in ("new", "old"):
        bundle, own = changed(name, 10)
        assert own["meta"]["profile"][0].endswith("citizens-own-observation")
        own["code"]["coding"][0]["code"] = "d6d48a71-b96f-4b88-86f9-b13bd3c03560"
        own["valueCodeableConcept"]["coding"] = [{"system": "urn:oid:1.2.208.176.2.21", "code": "C1"}]
        assert judged(bundle).status == "accepted"


def test_findings_come_by_entry_then_path() -> None:
    bundle = specimens()["new"]
    for rule_id in (
        "goal.note.prohibited",
        "condition.note.prohibited",
        "deliveryReport.link.prohibited",
        "citizen.name.prohibited",
    ):
        bundle = faults.inject(rule_id, bundle)
    assert [f.rule_id for f in judged(bundle).findings] == [
        "deliveryReport.link.prohibited",
        "citizen.name.prohibited",
        "condition.note.prohibited",
        "goal.note.prohibited",
    ]


def test_at_most_twenty_of_one_rule_with_the_full_count() -> None:
    bundle = deepcopy(specimens()["new"])
    for number in range(30):
        extra = deepcopy(bundle["entry"][2])
        extra.pop("fullUrl")
        extra["resource"]["id"] = f"00000000-0000-4000-8000-{number:012}"
        extra["resource"]["note"] = [{"text": "x"}]
        bundle["entry"].append(extra)
    findings = judged(bundle).findings
    assert len(findings) == 20
    assert {f.occurrences for f in findings} == {30}


def test_no_value_of_the_data_in_any_finding() -> None:
    secret = "0705413919"
    bundle, patient = changed("new", 0)
    patient["identifier"][0] |= {"value": secret, "use": secret, secret: secret}
    patient["name"] = [{"text": secret}]
    patient["id"] = secret
    bundle["entry"][1]["resource"] |= {
        secret: 1,
        "subject": {"reference": f"Patient/{secret}x"},
        "recordedDate": secret,
    }
    verdict = judged(bundle)
    assert verdict.status == "rejected"
    assert secret not in str(verdict.findings)
    assert secret not in str(operation_outcome(verdict.findings))


def test_authorisation_is_checked_only_when_asked() -> None:
    bundle = specimens()["new"]
    assert rule_ids(judged(bundle, replace(NOW, sor_codes=frozenset()))) == {"citizen.sor.authorised"}
    assert judged(bundle, replace(NOW, sor_codes=None)).status == "accepted"


def test_verdict_names_the_report() -> None:
    verdict = judged(specimens()["new"])
    assert verdict.ig == "care-1.2.0"
    assert verdict.bundle_id == specimens()["new"]["id"]
    assert verdict.sor_code == SOR
    assert str(verdict.bundle_timestamp) == "2026-03-02 20:00:00"


def test_a_rejected_report_is_named_too() -> None:
    verdict = judged(faults.inject("condition.code.valueset", specimens()["new"]))
    assert (verdict.ig, verdict.sor_code) == ("care-1.2.0", SOR)
    assert verdict.bundle_id == specimens()["new"]["id"]


def test_transition_end_is_the_last_day_of_the_old_rules() -> None:
    last_day = replace(LATER, as_of=LATER.as_of.replace(year=2026, month=12, day=31))
    assert judged(specimens()["old"], last_day).status == "accepted"
    assert judged(specimens()["old"], LATER).status == "rejected"


def test_an_error_of_ours_is_neither_accepted_nor_the_senders_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    from orchestration.conformance import bundle as module

    def fails(*_: object) -> bool:
        raise ZeroDivisionError("0705413919")

    guide = module.compiled("care-1.2.0")
    broken = Invariant("condition.invariant.con-3", (), fails)
    monkeypatch.setitem(guide.now, "condition", (broken,))
    path.forget()  # what the rules said before they were changed
    verdict = judged(specimens()["new"])
    assert verdict.status == "fault"
    assert verdict.fault is not None
    assert (verdict.fault.rule_id, verdict.fault.exception_type) == ("condition.invariant.con-3", "ZeroDivisionError")
    assert verdict.findings == ()
    assert verdict.rows == {}


def test_rows_of_a_new_report() -> None:
    verdict = judged(specimens()["new"])
    condition = row(verdict, "condition")
    entry = specimens()["new"]["entry"][1]["resource"]
    assert condition["resource_id"] == entry["id"]
    assert condition["code"] == entry["code"]["coding"][0]["code"]
    assert condition["severity_code"] == "d984ad21-48fe-4619-845e-2aa0303048e7"
    assert condition["is_problem_list_item"] is True
    assert (str(condition["recorded_on"]), condition["recorded_at"], condition["recorded_precision"]) == (
        "2026-03-02",
        None,
        "day",
    )
    assert (str(condition["last_updated_at"]), condition["has_last_updated"]) == ("2026-03-02 09:30:00", True)
    assert condition["patient_id"] == specimens()["new"]["entry"][0]["resource"]["id"]
    plan = row(verdict, "planned_intervention")
    assert (plan["level3_code"], plan["level3_display"]) == ("L1", "Lokal ydelse")
    assert plan["condition_ids"] == [entry["id"]]
    assert plan["delivery_type_codes"] == ["8d12d74c-17da-47a7-a4fe-e69dbaec0a8c"]
    visit = row(verdict, "general_encounter", 1)
    assert visit["planned_intervention_ids"] == [plan["resource_id"]]
    assert visit["condition_ids"] == []
    assert (visit["period_start_precision"], visit["period_end_on"]) == ("time", None)
    citizen = row(verdict, "citizen")
    assert (citizen["sor_code"], citizen["is_deceased"], citizen["is_active"]) == (SOR, False, None)


def test_follow_up_of_the_old_style_is_kept() -> None:
    verdict = judged(specimens()["old"])
    assert row(verdict, "condition")["follow_up_encounter_id"] == row(verdict, "encounter")["resource_id"]


def test_content_hash_ignores_meta_and_order_only() -> None:
    before = row(judged(specimens()["new"]), "goal")
    bundle, goal = changed("new", 3)
    goal["meta"]["lastUpdated"] = "2026-03-02T09:45:00Z"
    assert row(judged(bundle), "goal")["content_hash"] == before["content_hash"]
    goal["lifecycleStatus"] = "completed"
    assert row(judged(bundle), "goal")["content_hash"] != before["content_hash"]


def test_last_updated_falls_back_on_the_report() -> None:
    bundle, goal = changed("new", 3)
    del goal["meta"]["lastUpdated"]
    found_row = row(judged(bundle), "goal")
    assert (str(found_row["last_updated_at"]), found_row["has_last_updated"]) == ("2026-03-02 20:00:00", False)


def test_delivery_rows_carry_the_inner_reports() -> None:
    verdict = judged(specimens()["delivery"])
    inner = [entry["resource"]["id"] for entry in specimens()["delivery"]["entry"]]
    assert [r[0] for r in verdict.rows["citizen"]] == inner
    assert [str(r[1])[:10] for r in verdict.rows["citizen"]] == ["2026-03-02", "2026-03-03"]


def test_one_bad_report_rejects_the_delivery() -> None:
    verdict = judged(faults.inject("goal.start.required", specimens()["delivery"]))
    assert verdict.status == "rejected"
    assert verdict.rows == {}


def test_every_registered_function_is_reachable() -> None:
    assert all(callable(entry.broken) for entry in invariants.INVARIANTS.values())


def test_check_is_deterministic() -> None:
    data = to_json(faults.inject("condition.note.prohibited", specimens()["old"]))
    assert check(data, Context(None, NOW.as_of)) == check(data, Context(None, NOW.as_of))
