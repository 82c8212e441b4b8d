"""One function breaks one rule that the element tree does not describe; True when the bundle had a place for it.

`BY_HAND` maps rule id → function. Written out, not derived: these are the rules about meaning.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from orchestration.synthetic.style import GATEWAY, Json

Break = Callable[[Json], bool]
BY_HAND: dict[str, Break] = {}
NOWHERE = "Condition/00000000-0000-4000-8000-000000000000"
CARE = f"{GATEWAY}klgateway-care-"
FSIII = "urn:oid:1.2.208.176.2.21"
LOCAL = "http://fhir.kl.dk/gateway/CodeSystem/LocallyDefinedInterventions"
SOCIAL = "http://fhir.kl.dk/term/CodeSystem/CareSocialCodes"
SNOMED = {"system": "http://snomed.info/sct", "code": "404684003"}
AREA = "J1"  # an area (a heading), not a condition
FOLLOW_UP_URL = f"{CARE}follow-up-encounter-extension"
BASED_ON_URL = f"{GATEWAY}BasedOnInterventionExtension"
DELIVERY_TYPE_URL = f"{GATEWAY}DeliveryType"
AT_RISK_URL = f"{CARE}finding-context-at-risk-extension"
NO_CODE = {"system": FSIII, "code": "no-such-code"}


def reports(bundle: Json) -> list[Json]:
    """The bundle itself, or the delivery reports inside a delivery."""
    inner = [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Bundle"]
    return inner or [bundle]


def resources(bundle: Json, canonical: str | None) -> list[Json]:
    """All resources of a profile (None: of any), the bundles themselves included."""
    found = [bundle] if canonical else []
    for report in reports(bundle):
        found += [report] if report is not bundle else []
        found += [entry["resource"] for entry in report["entry"]]
    return [r for r in found if canonical is None or canonical in r.get("meta", {}).get("profile", ())]


def fault(*rule_ids: str) -> Callable[[Break], Break]:
    """Register the function that breaks a rule."""

    def register(function: Break) -> Break:
        BY_HAND.update(dict.fromkeys(rule_ids, function))
        return function

    return register


def on(rule_id: str, profile: str, change: Callable[[Json], Any]) -> None:
    """Register a change of the first resource of a profile for which it works (returns not False)."""

    def breaks(bundle: Json) -> bool:
        return any(_works(change, resource) for resource in resources(bundle, CARE + profile))

    BY_HAND[rule_id] = breaks


def _works(change: Callable[[Json], Any], resource: Json) -> bool:
    before = deepcopy(resource)
    try:
        if change(resource) is not False:
            return True
    except (LookupError, TypeError):
        pass
    resource.clear()
    resource.update(before)
    return False


def coded(code: str, system: str = FSIII) -> Json:
    """A CodeableConcept of one coding."""
    return {"coding": [{"system": system, "code": code}]}


def drop(*names: str) -> Callable[[Json], Any]:
    """Remove elements, all of which must be there."""
    return lambda r: [r.pop(name) for name in names]


def put(**values: Any) -> Callable[[Json], Any]:
    """Set elements."""
    return lambda r: r.update(deepcopy(values))


def follow_up(**values: Any) -> Json:
    """The follow-up extension, pointing at an encounter that is not in the bundle."""
    return {"url": FOLLOW_UP_URL, "valueReference": {"reference": NOWHERE.replace("Condition", "Encounter")}} | values
