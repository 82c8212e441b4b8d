"""One line breaks one rule about a citizen, condition, goal, intervention, encounter or observation."""

from copy import deepcopy
from typing import Any

from orchestration.conformance.terminology import terminology
from orchestration.synthetic.faults_by_hand import (
    AREA,
    AT_RISK_URL,
    BASED_ON_URL,
    CARE,
    DELIVERY_TYPE_URL,
    FOLLOW_UP_URL,
    FSIII,
    LOCAL,
    NO_CODE,
    NOWHERE,
    SNOMED,
    SOCIAL,
    coded,
    drop,
    fault,
    on,
    put,
    resources,
)
from orchestration.synthetic.style import Json

TERMS = terminology()
HOME_CARE_CODES = TERMS.codes["KLConditionCodesHomeCare"]
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
on("citizen.identifier.value.cpr", "citizen", _identifier(value="3213131234"))
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
on("condition.category.coding.code.fixed", "condition", lambda r: r["category"][0]["coding"][0].update(code="encounter-diagnosis"))
on("condition.severity.max", "condition", lambda r: r.update(severity=[r["severity"], r["severity"]]))
on(
    "condition.invariant.klgateway-severity-mandatory-in-home-care-not-allowed-in-nursing",
    "condition",
    lambda r: r.pop("severity"),
)
on("condition.invariant.con-3", "condition", lambda r: (r["category"], r.pop("clinicalStatus")))
on("condition.invariant.con-4", "condition", put(abatementDateTime="2026-03-02"))
on("condition.invariant.con-5", "condition", lambda r: (r["clinicalStatus"], r.update(verificationStatus=WITHDRAWN)))
on("condition.followUpEncounter.deprecated-later", "condition", lambda r: r.update(extension=[_follow_up()]))
on("condition.category.focus", "condition", lambda r: (r["category"], r.update(clinicalStatus=coded("inactive", CLINICAL))))
on("condition.clinicalStatus.expected", "condition", put(clinicalStatus=coded("recurrence", CLINICAL)))
on("condition.verificationStatus.default", "condition", drop("verificationStatus"))
on("condition.code.known-context", "condition", put(code=coded(AREA)))
on("condition.severity.homecare-level", "condition", lambda r: (r["severity"], r.update(severity=coded("B6"))))


def _follow_up(**values: Any) -> Json:
    return {"url": FOLLOW_UP_URL, "valueReference": {"reference": NOWHERE.replace("Condition", "Encounter")}} | values


on("goal.target.detail.required", "goal", lambda r: r["target"][0].pop("detailCodeableConcept"))
on("goal.condition.included", "goal", put(addresses=[{"display": "x"}]))
on("goal.lifecycleStatus.usage", "goal", put(lifecycleStatus="on-hold"))
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


def _detail(change: Any) -> Any:
    return lambda r: change(r["activity"][0]["detail"])


def _local(concept: Json) -> Json:
    concept["coding"][:] = [c for c in concept["coding"] if c.get("system") != LOCAL]
    concept["coding"].append({"system": LOCAL, "code": "x1", "display": "x"})
    return concept["coding"][-1]  # type: ignore[no-any-return]


for _prefix, _profile, _code in (
    ("plannedIntervention.activity.detail.code", "planned-intervention", lambda r: r["activity"][0]["detail"]["code"]),
    ("completedIntervention.code", "completed-intervention", lambda r: r["code"]),
):
    _of = _code
    on(f"{_prefix}.coding.closed", _profile, lambda r, c=_of: c(r)["coding"].append(dict(SNOMED)))
    on(f"{_prefix}.coding_level2.cardinality", _profile, lambda r, c=_of: c(r)["coding"].append(dict(c(r)["coding"][0])))
    on(f"{_prefix}.coding_level2.system.required", _profile, lambda r, c=_of: c(r)["coding"][0].pop("system"))
    on(f"{_prefix}.coding_level2.system.fixed", _profile, lambda r, c=_of: c(r)["coding"][0].update(system=f"{FSIII}.1"))
    on(f"{_prefix}.coding_level2.valueset", _profile, lambda r, c=_of: c(r)["coding"].__setitem__(0, dict(NO_CODE)))
    on(f"{_prefix}.coding_level3.cardinality", _profile, lambda r, c=_of: c(r)["coding"].append(dict(_local(c(r)))))
    on(f"{_prefix}.coding_level3.system.required", _profile, lambda r, c=_of: _local(c(r)).pop("system"))
    on(
        f"{_prefix}.coding_level3.system.fixed",
        _profile,
        lambda r, c=_of: _local(c(r)).update(system=LOCAL.replace("http:", "https:")),
    )
    on(f"{_prefix}.coding_level3.code.required", _profile, lambda r, c=_of: _local(c(r)).pop("code"))
    on(f"{_prefix}.coding_level3.display.required", _profile, lambda r, c=_of: _local(c(r)).pop("display"))
PLAN = "planned-intervention"
on("plannedIntervention.level2.required-with-level3", PLAN, _detail(lambda d: d["code"].update(coding=[_local(d["code"])])))
on("plannedIntervention.period.end-when-ended", PLAN, lambda r: (r["period"].pop("end", 0), r.update(status="completed")))
on("plannedIntervention.detail.status.no-error", PLAN, _detail(lambda d: d.update(status="entered-in-error")))
on("plannedIntervention.invariant.cpl-3", PLAN, lambda r: r["activity"][0].update(reference={"display": "x"}))
on("plannedIntervention.followUpEncounter.deprecated-later", PLAN, lambda r: r.update(extension=[_follow_up()]))
on(
    "plannedIntervention.activity.detail.extension_deliveryType.valueCodeableConcept.coding.valueset",
    PLAN,
    _detail(lambda d: d.update(extension=[{"url": DELIVERY_TYPE_URL, "valueCodeableConcept": coded("x", SOCIAL)}])),
)
on("ext.deliveryType.value.type", PLAN, _detail(lambda d: d.update(extension=[{"url": DELIVERY_TYPE_URL, "valueString": "x"}])))
on("ext.deliveryType.context", PLAN, put(extension=[{"url": DELIVERY_TYPE_URL, "valueString": "x"}]))
on("completedIntervention.status.values", "completed-intervention", put(status="in-progress"))

for _prefix, _profile in (("condition", "condition"), ("plannedIntervention", PLAN)):
    on(f"{_prefix}.extension_followUpEncounter.cardinality", _profile, lambda r: r["extension"].append(dict(r["extension"][0])))
on("ext.followUpEncounter.value.required", "condition", lambda r: r["extension"][0].pop("valueReference"))
on("ext.followUpEncounter.value.bundled", "condition", lambda r: r["extension"][0].update(_follow_up()))
on(
    "ext.followUpEncounter.value.target",
    "condition",
    lambda r: r["extension"][0].update(_follow_up(valueReference={"reference": f"Condition/{r['id']}"})),
)
MATTER = "matter-of-interest-observation"
on("ext.findingContextAtRisk.value.required", MATTER, put(extension=[{"url": AT_RISK_URL}]))
on("ext.findingContextAtRisk.value.type", MATTER, put(extension=[{"url": AT_RISK_URL, "valueString": "x"}]))
on("ext.findingContextAtRisk.value.valueset", MATTER, put(extension=[{"url": AT_RISK_URL, "valueCoding": dict(NO_CODE)}]))
on("ext.findingContextAtRisk.context", "condition", put(extension=[{"url": AT_RISK_URL, "valueString": "x"}]))
on("ext.basedOnIntervention.value.required", "encounter", put(extension=[{"url": BASED_ON_URL}]))
on("ext.basedOnIntervention.context", "condition", put(extension=[{"url": BASED_ON_URL}]))
on(
    "ext.basedOnIntervention.value.target",
    "general-encounter",
    lambda r: r.update(extension=[{"url": BASED_ON_URL, "valueReference": {"reference": f"Encounter/{r['id']}"}}]),
)
on("generalEncounter.extension_basedOnIntervention.value.required", "general-encounter", put(extension=[{"url": BASED_ON_URL}]))
on(
    "generalEncounter.extension_basedOnIntervention.valueReference.bundled",
    "general-encounter",
    put(extension=[{"url": BASED_ON_URL, "valueReference": {"reference": NOWHERE.replace("Condition", "CarePlan")}}]),
)



def _becomes(profile: str, *lost: str, **values: Any) -> Any:
    """Make a resource of another profile of a resource, as short as that profile lets it be."""

    def change(resource: Json) -> None:
        for name in lost:
            resource.pop(name, None)
        resource["meta"]["profile"] = [CARE + profile]
        resource.update(deepcopy(values))

    return change


FOLLOW_UP_TYPE = coded("9f03dfbb-7a97-45a5-94db-d4c3501714a9", SOCIAL)
OWN, OWN_RESULT = coded("C"), coded("C1")
OLD_ENCOUNTER = _becomes(
    "encounter", "extension", "reasonReference", type=[FOLLOW_UP_TYPE], period={"start": "2026-06-01"}, status="planned"
)
on("encounter.superseded-later", "general-encounter", OLD_ENCOUNTER)
on(
    "citizensOwnObservation.deprecated-later",
    "follow-up-observation",
    _becomes("citizens-own-observation", code=OWN, valueCodeableConcept=OWN_RESULT),
)
on(
    "matterOfInterestObservation.deprecated-later",
    "follow-up-observation",
    _becomes("matter-of-interest-observation", "focus", "valueCodeableConcept", code=coded(AREA)),
)
on("encounter.finished-not-reported", "encounter", put(status="finished"))
on("generalEncounter.type.usage", "general-encounter", put(type=[coded("829ac647-c7fc-4964-836b-f708d886e0e3", SOCIAL)]))
on("generalEncounter.class.usage", "general-encounter", lambda r: r["class"].update(code="IMP"))
on("generalEncounter.followup.condition", "general-encounter", drop("reasonReference"))
on("generalEncounter.delivery.intervention", "general-encounter", drop("extension"))

for _key, _profile in (
    ("followUpObservation", "follow-up-observation"),
    ("citizensOwnObservation", "citizens-own-observation"),
    ("matterOfInterestObservation", MATTER),
):
    on(
        f"{_key}.invariant.obs-6",
        _profile,
        lambda r: r.update(dataAbsentReason={"text": "x"}, valueCodeableConcept=r.get("valueCodeableConcept", coded("B6"))),
    )
    on(
        f"{_key}.invariant.obs-7",
        _profile,
        lambda r: r.update(component=[{"code": r["code"]}], valueCodeableConcept=r.get("valueCodeableConcept", coded("B6"))),
    )
    on(f"{_key}.status.usage", _profile, put(status="preliminary"))
on("matterOfInterestObservation.value.usage", MATTER, put(valueCodeableConcept=coded("B6")))
on("matterOfInterestObservation.value.valueset", MATTER, put(valueCodeableConcept=dict(coding=[dict(NO_CODE)])))
on("matterOfInterestObservation.value.type", MATTER, put(valueString="x"))
on("followUpObservation.invariant.gateway-care-follow-up-1", "follow-up-observation", put(status="amended"))


@fault("citizensOwnObservation.invariant.klgateway-citizen-observation-code-and-value-must-match")
def _other_result(bundle: Json) -> bool:
    for observation in resources(bundle, CARE + "citizens-own-observation"):
        performance = observation["valueCodeableConcept"]["coding"][0]["code"] in TERMS.codes["KLPerformanceLevelCodesFSIII"]
        observation["valueCodeableConcept"] = coded("D1" if performance else "C1")
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
