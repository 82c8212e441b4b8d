"""One function is one rule about a planned or a completed intervention."""

from orchestration.conformance.invariants.condition import FOLLOW_UP
from orchestration.conformance.invariants.registry import broken_when, extensions
from orchestration.conformance.terminology import terminology
from orchestration.conformance.walk import Object, Walk

EVENT_STATUS = terminology().codes["event-status"]


@broken_when("plannedIntervention.invariant.cpl-3", "activity[0]")
def detail_and_reference(o: Object, walk: Walk) -> bool:
    """R4 cpl-3: an activity has a detail or a reference, not both."""
    return any("detail" in activity and "reference" in activity for activity in o.get("activity", ()))


@broken_when("plannedIntervention.period.end-when-ended", "period.end")
def ended_without_end(o: Object, walk: Walk) -> bool:
    """An ended intervention carries its end."""
    return o.get("status") in {"completed", "revoked"} and "end" not in o.get("period", ())


@broken_when("plannedIntervention.detail.status.no-error", "activity[0].detail.status")
def error_on_activity(o: Object, walk: Walk) -> bool:
    """A mistake is marked on the plan."""
    return any(activity.get("detail", {}).get("status") == "entered-in-error" for activity in o.get("activity", ()))


@broken_when("plannedIntervention.followUpEncounter.deprecated-later", "extension")
def follow_up_extension(o: Object, walk: Walk) -> bool:
    """The follow-up date moves to the general encounter."""
    return bool(extensions(o, FOLLOW_UP))


@broken_when("completedIntervention.status.values", "status")
def unusual_status(o: Object, walk: Walk) -> bool:
    """completed or entered-in-error; a code outside the value set is another rule's."""
    return o.get("status") in EVENT_STATUS - {"completed", "entered-in-error"}
