"""One line breaks one rule about a citizen, a condition, a goal, or what a condition and its goal point at."""

from copy import deepcopy
from typing import Any

from orchestration.conformance.terminology import terminology
from orchestration.synthetic.faults_by_hand import (
    AREA,
    CARE,
    coded,
    drop,
    fault,
    follow_up,
    on,
    put,
    resources,
)
from orchestration.synthetic.style import Json

TERMS = terminology()
ORGANISATION = "managingOrganization"


def _identifier(**values: Any) -> Any:
    return lambda r: r["identifier"][0].update(values)


def _sor(**values: Any) -> Any:
    return lambda r: r[ORGANISATION]["identifier"].update(values)


on("citizen.identifier_x-ecpr.prohibited", "citizen", _identifier(system="urn:oid:1.2.208.176.1.6.1.1", use="temp"))
on("citizen.identifier_d-ecpr.prohibited", "citizen", _identifier(system="urn:oid:1.2.208.176.1.6.1.3.183", use="temp"))
on("citizen.identifier_cpr.required", "citizen", lambda r: r["identifier"][0].pop("system"))
on("citizen.identifier.system.fixed", "citizen", _identifier(system="urn:oid:1.2.208.176.1.9"))
on("citizen.identifier.use.fixed", "citizen", _identifier(use="usual"))
on("citizen.identifier.value.cpr", "citizen", _identifier(value="3" * 10))
on("citizen.identifier.value.required", "citizen", lambda r: r["identifier"][0].pop("value"))
on("citizen.managingOrganization.identifier.type", "citizen", _sor(system="urn:oid:2.5.4.97", value="CVR-1"))
on("citizen.managingOrganization.identifier.system.fixed", "citizen", _sor(system="urn:oid:1.2.208.176.1.4"))
on("citizen.managingOrganization.identifier.use.fixed", "citizen", _sor(use="usual"))
on("citizen.managingOrganization.identifier.value.sor", "citizen", _sor(value="12345"))
on("citizen.sor.authorised", "citizen", _sor(value="99999000000000001"))
on("citizen.name_official.prohibited", "citizen", put(name=[{"use": "official", "text": "x"}]))
on(
    "citizen.generalPractitioner_referencedSORUnit.prohibited",
    "citizen",
    put(generalPractitioner=[{"identifier": {"system": "urn:oid:1.2.208.176.1.1", "value": "99999046100000"}}]),
)
on("citizen.deceasedBoolean.max", "citizen", put(deceasedBoolean=[False, False]))
on("citizen.active.max", "citizen", put(active=[True, True]))
on("citizen.invariant.data-about-deceased-citizen-warning", "citizen", put(deceasedBoolean=True))
on("citizen.deceased.warning", "citizen", put(deceasedBoolean=True))
on("citizen.deceased.error-later", "citizen", put(deceasedBoolean=True))
on("citizen.deceased.required-later", "citizen", drop("deceasedBoolean"))

CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
WITHDRAWN = coded("entered-in-error", VERIFICATION)
on(
    "condition.category.coding.code.fixed",
    "condition",
    lambda r: r["category"][0]["coding"][0].update(code="encounter-diagnosis"),
)
on("condition.severity.max", "condition", lambda r: r.update(severity=[r["severity"], r["severity"]]))
on(
    "condition.invariant.klgateway-severity-mandatory-in-home-care-not-allowed-in-nursing",
    "condition",
    lambda r: r.pop("severity"),
)
on("condition.invariant.con-3", "condition", lambda r: (r["category"], r.pop("clinicalStatus")))
on(
    "condition.invariant.con-4",
    "condition",
    lambda r: r["clinicalStatus"]["coding"][0]["code"] == "active" and r.update(abatementDateTime="2026-03-02"),
)
on("condition.invariant.con-5", "condition", lambda r: (r["clinicalStatus"], r.update(verificationStatus=WITHDRAWN)))
on("condition.followUpEncounter.deprecated-later", "condition", lambda r: r.update(extension=[follow_up()]))
on(
    "condition.category.focus",
    "condition",
    lambda r: (r["category"], r.update(clinicalStatus=coded("inactive", CLINICAL))),
)
on("condition.clinicalStatus.expected", "condition", put(clinicalStatus=coded("recurrence", CLINICAL)))
on("condition.verificationStatus.default", "condition", drop("verificationStatus"))
on("condition.code.known-context", "condition", put(code=coded(AREA)))
on("condition.severity.homecare-level", "condition", lambda r: (r["severity"], r.update(severity=coded("B6"))))


on("goal.target.detail.required", "goal", lambda r: r["target"][0].pop("detailCodeableConcept"))
on("goal.condition.included", "goal", put(addresses=[{"display": "x"}]))
on(  # an open goal: another one would be a second open goal of its condition
    "goal.lifecycleStatus.usage",
    "goal",
    lambda r: r["lifecycleStatus"] == "active" and r.update(lifecycleStatus="on-hold"),
)
on("goal.invariant.gol-1", "goal", lambda r: r["target"][0].pop("measure"))


@fault("goal.invariant.klgateway-adresses-must-be-home-care-condition")
def _goal_of_nursing(bundle: Json) -> bool:
    return _point_at_nursing(bundle, "goal", "addresses")


@fault("citizensOwnObservation.invariant.klgateway-focus-must-be-home-care-condition-or-area")
def _own_about_nursing(bundle: Json) -> bool:
    return _point_at_nursing(bundle, "citizens-own-observation", "focus")


@fault("followUpObservation.homecare-only-later")
def _follow_up_of_nursing(bundle: Json) -> bool:
    return _point_at_nursing(bundle, "follow-up-observation", "focus")


def _point_at_nursing(bundle: Json, profile: str, name: str) -> bool:
    codes = TERMS.codes["KLConditionCodesNursing"]
    nursing = [c for c in resources(bundle, CARE + "condition") if c["code"]["coding"][0]["code"] in codes]
    for pointing in resources(bundle, CARE + profile):
        if nursing and name in pointing:
            pointing[name] = [{"reference": f"Condition/{nursing[0]['id']}"}]
            return True
    return False


@fault("followUpObservation.focus.condition-only-later")
def _follow_up_of_intervention(bundle: Json) -> bool:
    plans = resources(bundle, CARE + "planned-intervention")
    for observation in resources(bundle, CARE + "follow-up-observation"):
        if plans:
            observation["focus"] = [{"reference": f"CarePlan/{plans[0]['id']}"}]
            return True
    return False


@fault("goal.one-open-per-condition")
def _second_goal(bundle: Json) -> bool:
    for entry in bundle["entry"]:
        if entry["resource"]["resourceType"] == "Goal":
            second = deepcopy(entry)
            second["resource"]["id"] = "00000000-0000-4000-8000-00000000000a"
            second.pop("fullUrl", None)
            entry["resource"]["lifecycleStatus"] = second["resource"]["lifecycleStatus"] = "active"
            bundle["entry"].append(second)
            return True
    return False


on("terminology.old-and-new", "condition", lambda r: r["code"]["coding"][0].update(code=first_upper(r)))
on("terminology.uuid-only-later", "condition", lambda r: r.update(code=coded(_legacy(r))))
on("terminology.display", "condition", lambda r: r["code"]["coding"][0].update(display="x"))
on("terminology.display-later", "condition", lambda r: r["code"]["coding"][0].update(display="x"))


def first_upper(resource: Json) -> str:
    """The condition's code in a form that is not accepted: upper case for a uuid, lower case for a key."""
    return str(resource["code"]["coding"][0]["code"]).swapcase()


def _legacy(resource: Json) -> str:
    return "J1.1" if "severity" in resource else "I4.4"
