"""One function is one rule about a follow-up, a citizen's own observation or a matter of interest."""

from orchestration.conformance.invariants.condition import HOME_CARE
from orchestration.conformance.invariants.registry import broken_when, codes_of, extensions, targets
from orchestration.conformance.terminology import FSIII, terminology
from orchestration.conformance.walk import Object, Walk

TERMS = terminology()
STATUS = TERMS.codes["observation-status"]
AT_RISK = "klgateway-care-finding-context-at-risk-extension"
FINAL = {"final", "entered-in-error"}
PERFORMANCE, IMPORTANCE = TERMS.members["KLPerformanceLevelCodesFSIII"], TERMS.members["KLImportanceLevelCodesFSIII"]
# Both code forms: the guide's own expression compares with the keys C and D only (see the choices of the guide).
RESULTS = {
    (FSIII, "C"): PERFORMANCE,
    (FSIII, TERMS.uuid("C")): PERFORMANCE,
    (FSIII, "D"): IMPORTANCE,
    (FSIII, TERMS.uuid("D")): IMPORTANCE,
}
ABOUT = HOME_CARE | TERMS.members["KLHomeCareAreasFSIII"]
NOT_ABOUT = (TERMS.members["FSIIICareConditions"] | TERMS.members["FSIIICareMatterOfInterests"]) - ABOUT


def _value_and_reason(o: Object, walk: Walk) -> bool:
    return "dataAbsentReason" in o and any(key.startswith("value") for key in o)


def _value_and_component(o: Object, walk: Walk) -> bool:
    if not any(key.startswith("value") for key in o):
        return False
    components = o.get("component")
    mine = codes_of(o.get("code"))
    return type(components) is list and any(codes_of(c.get("code")) & mine for c in components if type(c) is dict)


for _profile in ("followUpObservation", "citizensOwnObservation", "matterOfInterestObservation"):
    broken_when(f"{_profile}.invariant.obs-6")(_value_and_reason)
    broken_when(f"{_profile}.invariant.obs-7")(_value_and_component)


@broken_when("followUpObservation.invariant.gateway-care-follow-up-1", "status")
def follow_up_not_final(o: Object, walk: Walk) -> bool:
    """final or entered-in-error; a code outside the value set is another rule's."""
    return o.get("status") in STATUS - FINAL


@broken_when("followUpObservation.focus.condition-only-later", "focus", reads="focus")
def follow_up_of_intervention(o: Object, walk: Walk) -> bool:
    """After the transition only conditions are followed up."""
    return any(target.get("resourceType") == "CarePlan" for target in targets(o, "focus", walk))


@broken_when("followUpObservation.homecare-only-later", "focus", reads="focus")
def follow_up_in_nursing(o: Object, walk: Walk) -> bool:
    """After the transition the profile is for home care only."""
    conditions = [t for t in targets(o, "focus", walk) if t.get("resourceType") == "Condition"]
    return any(codes_of(c.get("code")) & TERMS.members["KLConditionCodesNursing"] for c in conditions)


@broken_when("citizensOwnObservation.invariant.klgateway-citizen-observation-code-and-value-must-match", "value")
def result_of_another_code(o: Object, walk: Walk) -> bool:
    """Performance (C) and importance (D) have results of their own; codes outside the value sets are other rules'."""
    values = codes_of(o.get("valueCodeableConcept")) & (PERFORMANCE | IMPORTANCE)
    expected = [RESULTS[code] for code in codes_of(o.get("code")) if code in RESULTS]
    return bool(values and expected) and not any(values & results for results in expected)


@broken_when(
    "citizensOwnObservation.invariant.klgateway-focus-must-be-home-care-condition-or-area", "focus[0]", reads="focus"
)
def about_something_else(o: Object, walk: Walk) -> bool:
    """The citizen's own observation is about home care; a code that is neither is the target's own fault."""
    return any(codes_of(target.get("code")) & NOT_ABOUT for target in targets(o, "focus", walk))


def _unusual_status(o: Object, walk: Walk) -> bool:
    return o.get("status") in STATUS - FINAL


def _always(o: Object, walk: Walk) -> bool:
    return True


for _profile in ("citizensOwnObservation", "matterOfInterestObservation"):
    broken_when(f"{_profile}.status.usage", "status")(_unusual_status)
    broken_when(f"{_profile}.deprecated-later")(_always)


@broken_when("matterOfInterestObservation.value.usage", "value")
def in_and_out_of_focus(o: Object, walk: Walk) -> bool:
    """A value says that the area went out of focus; what the citizen is at risk of in it says that it is in focus."""
    out = codes_of(o.get("valueCodeableConcept")) & TERMS.members["KLGatewayCareMatterOfInterestValues"]
    return bool(out) and bool(extensions(o, AT_RISK))
