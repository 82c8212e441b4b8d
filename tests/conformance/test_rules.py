"""One test breaks one rule in a valid bundle: the broken bundle gives that rule id, the mended one does not."""

import pytest

from orchestration.conformance.rules import all_rules
from orchestration.conformance.verdict import Context
from orchestration.synthetic import faults
from orchestration.synthetic.style import Json
from tests.conformance.specimens import LATER, NOW, found, judged, rule_ids, specimens

# Where the catalogue states one fault twice (an R4 invariant beside the profile's prohibition), both are found.
BUNDLES = ("deliveryReport", "incrementalDelivery")
PAIRS = [
    ("citizen.name.prohibited", "citizen.name_official.prohibited"),
    ("citizen.generalPractitioner.prohibited", "citizen.generalPractitioner_referencedSORUnit.prohibited"),
    ("citizen.deceased.warning", "citizen.invariant.data-about-deceased-citizen-warning"),
    ("condition.abatement.prohibited", "condition.invariant.con-4"),
    ("condition.clinicalStatus.expected", "condition.invariant.con-3"),
    ("goal.target.measure.required", "goal.invariant.gol-1"),
    ("plannedIntervention.activity.reference.prohibited", "plannedIntervention.invariant.cpl-3"),
    ("deliveryReport.citizen.exactly-one", "deliveryReport.subject.same-citizen"),
    ("ext.followUpEncounter.value.bundled", "condition.followUpEncounter.deprecated-later"),
    ("ext.followUpEncounter.value.bundled", "plannedIntervention.followUpEncounter.deprecated-later"),
    ("matterOfInterestObservation.value.usage", "matterOfInterestObservation.invariant.obs-6"),
    ("matterOfInterestObservation.value.usage", "matterOfInterestObservation.invariant.obs-7"),
    *[(f"{key}.total.prohibited", f"{key}.invariant.bdl-1") for key in BUNDLES],
    *[(f"{key}.entry.search.prohibited", f"{key}.invariant.bdl-2") for key in BUNDLES],
    *[(f"{key}.entry.request.prohibited", f"{key}.invariant.bdl-3") for key in BUNDLES],
    *[(f"{key}.entry.response.prohibited", f"{key}.invariant.bdl-4") for key in BUNDLES],
    *[(f"{key}.entry.resource.required", f"{key}.invariant.bdl-5") for key in BUNDLES],
    *[
        (f"{key}Observation.{name}.prohibited", f"{key}Observation.invariant.{rule}")
        for key in ("followUp", "citizensOwn", "matterOfInterest")
        for name, rule in (("dataAbsentReason", "obs-6"), ("component", "obs-7"))
    ],
]
COMPANIONS: dict[str, set[str]] = {}
for _one, _other in PAIRS:
    COMPANIONS.setdefault(_one, set()).add(_other)
    COMPANIONS.setdefault(_other, set()).add(_one)


def _broken(rule_id: str, context: Context) -> tuple[Json, Json] | None:
    """The first specimen that can break the rule, mended and broken."""
    for name, bundle in specimens().items():
        if context is LATER and name != "tomorrow":
            continue
        try:
            return bundle, faults.inject(rule_id, bundle)
        except faults.CannotInjectError:
            continue
    return None


@pytest.mark.parametrize("rule_id", faults.injectable())
def test_bad_example_breaks_exactly_its_rule(rule_id: str) -> None:
    record = all_rules()[rule_id]
    context = NOW if record.phase == "now" else LATER
    pair = _broken(rule_id, context)
    assert pair is not None, "no specimen can break this rule"
    good, bad = pair
    before, after = judged(good, context), judged(bad, context)
    assert before.status == "accepted"
    assert after.fault is None
    assert rule_id not in rule_ids(before)
    assert rule_ids(after) - rule_ids(before) - COMPANIONS.get(rule_id, set()) == {rule_id}
    finding = found(after, rule_id)
    assert finding is not None
    assert finding.severity == record.severity
    assert finding.expression.startswith("Bundle") or rule_id == "bundle.not-bundle"
    if record.severity == "error":
        assert after.status == "rejected"
        assert after.rows == {}


@pytest.mark.parametrize("rule_id", [r.id for r in all_rules().values() if r.phase == "after-transition"])
def test_rules_of_tomorrow_are_silent_today(rule_id: str) -> None:
    pair = _broken(rule_id, LATER)
    assert pair is not None
    assert rule_id not in rule_ids(judged(pair[1], NOW))


@pytest.mark.parametrize("name", ["new", "urn", "old", "delivery", "tomorrow"])
def test_specimens_are_accepted_without_a_remark(name: str) -> None:
    verdict = judged(specimens()[name], LATER if name == "tomorrow" else NOW)
    assert verdict.status == "accepted"
    assert verdict.findings == ()


def test_after_the_transition_the_old_style_fails() -> None:
    later = rule_ids(judged(specimens()["old"], LATER))
    assert {
        "terminology.uuid-only-later",
        "encounter.superseded-later",
        "citizensOwnObservation.deprecated-later",
    } <= later
