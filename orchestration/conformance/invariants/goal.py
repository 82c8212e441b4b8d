"""One function is one rule about a goal and the condition it is for."""

from orchestration.conformance.invariants.condition import NURSING
from orchestration.conformance.invariants.registry import broken_when, codes_of, targets
from orchestration.conformance.references import find
from orchestration.conformance.terminology import terminology
from orchestration.conformance.walk import Object, Walk

STATUS = terminology().codes["goal-status"]
OPEN = {"proposed", "planned", "accepted", "active", "on-hold"}
USUAL = {"planned", "active", "completed", "entered-in-error"}


@broken_when("goal.invariant.klgateway-adresses-must-be-home-care-condition", "addresses[0]", reads="addresses")
def not_home_care(o: Object, walk: Walk) -> bool:
    """The goal's condition is not of nursing; a code that is neither is the condition's own fault."""
    conditions = [t for t in targets(o, "addresses", walk) if t.get("resourceType") == "Condition"]
    return any(codes_of(condition.get("code")) & NURSING for condition in conditions)


@broken_when("goal.invariant.gol-1", "target[0]")
def value_without_measure(o: Object, walk: Walk) -> bool:
    """R4 gol-1: an expected value needs a measure."""
    return any("measure" not in t and any(key.startswith("detail") for key in t) for t in o.get("target", ()))


@broken_when("goal.target.detail.required", "target[0].detail")
def value_missing(o: Object, walk: Walk) -> bool:
    """The goal holds the expected severity."""
    return any(not any(key.startswith("detail") for key in t) for t in o.get("target", ()))


@broken_when("goal.one-open-per-condition", "addresses[0]", reads="addresses", siblings=True)
def second_open_goal(o: Object, walk: Walk) -> bool:
    """An open goal when an earlier entry is an open goal for the same condition."""
    mine = _condition(o, walk)
    if mine is None or o.get("lifecycleStatus") not in OPEN:
        return False
    for entry in walk.report.entries:
        if entry.resource is o:
            return False
        status = entry.resource.get("lifecycleStatus") if entry.type == "Goal" else None
        if type(status) is str and status in OPEN and _condition(entry.resource, walk) is mine:
            return True
    return False


def _condition(o: Object, walk: Walk) -> Object | None:
    addresses = o.get("addresses")
    literal = (
        addresses[0].get("reference") if type(addresses) is list and addresses and type(addresses[0]) is dict else None
    )
    entry = find(literal, walk.report) if type(literal) is str else None
    return entry.resource if entry is not None else None


@broken_when("goal.lifecycleStatus.usage", "lifecycleStatus")
def unusual_status(o: Object, walk: Walk) -> bool:
    """The text and the examples of the guide name four statuses."""
    return o.get("lifecycleStatus") in STATUS - USUAL
