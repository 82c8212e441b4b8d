"""One line breaks one rule about an intervention, an encounter, an observation or their extensions."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from orchestration.conformance.terminology import terminology
from orchestration.synthetic.faults_by_hand import (
    AREA,
    AT_RISK_URL,
    BASED_ON_URL,
    CARE,
    DELIVERY_TYPE_URL,
    FSIII,
    LOCAL,
    NO_CODE,
    NOWHERE,
    SNOMED,
    SOCIAL,
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


def _detail(change: Any) -> Any:
    return lambda r: change(r["activity"][0]["detail"])


def _local(concept: Json) -> Json:
    concept["coding"][:] = [c for c in concept["coding"] if c.get("system") != LOCAL]
    concept["coding"].append({"system": LOCAL, "code": "x1", "display": "x"})
    return concept["coding"][-1]  # type: ignore[no-any-return]


def _codings(prefix: str, profile: str, code_of: Callable[[Json], Json]) -> None:
    """The faults of an intervention's codings: one national code (level 2), at most one local code (level 3)."""

    def fault_of(name: str, change: Callable[[Json, list[Json]], Any]) -> None:
        on(f"{prefix}.{name}", profile, lambda r: change(code_of(r), code_of(r)["coding"]))

    fault_of("coding.closed", lambda code, codings: codings.append(dict(SNOMED)))
    fault_of("coding_level2.cardinality", lambda code, codings: codings.append(dict(codings[0])))
    fault_of("coding_level2.system.required", lambda code, codings: codings[0].pop("system"))
    fault_of("coding_level2.system.fixed", lambda code, codings: codings[0].update(system=f"{FSIII}.1"))
    fault_of("coding_level2.valueset", lambda code, codings: codings.__setitem__(0, dict(NO_CODE)))
    fault_of("coding_level3.cardinality", lambda code, codings: codings.append(dict(_local(code))))
    fault_of("coding_level3.system.required", lambda code, codings: _local(code).pop("system"))
    fault_of("coding_level3.system.fixed", lambda code, codings: _local(code).update(system=f"https{LOCAL[4:]}"))
    fault_of("coding_level3.code.required", lambda code, codings: _local(code).pop("code"))
    fault_of("coding_level3.display.required", lambda code, codings: _local(code).pop("display"))


_codings(
    "plannedIntervention.activity.detail.code", "planned-intervention", lambda r: r["activity"][0]["detail"]["code"]
)
_codings("completedIntervention.code", "completed-intervention", lambda r: r["code"])
PLAN = "planned-intervention"
on(
    "plannedIntervention.level2.required-with-level3",
    PLAN,
    _detail(lambda d: d["code"].update(coding=[_local(d["code"])])),
)
on(
    "plannedIntervention.period.end-when-ended",
    PLAN,
    lambda r: (r["period"].pop("end", 0), r.update(status="completed")),
)
on("plannedIntervention.detail.status.no-error", PLAN, _detail(lambda d: d.update(status="entered-in-error")))
on("plannedIntervention.invariant.cpl-3", PLAN, lambda r: r["activity"][0].update(reference={"display": "x"}))
on("plannedIntervention.followUpEncounter.deprecated-later", PLAN, lambda r: r.update(extension=[follow_up()]))
on(
    "plannedIntervention.activity.detail.extension_deliveryType.valueCodeableConcept.coding.valueset",
    PLAN,
    _detail(lambda d: d.update(extension=[{"url": DELIVERY_TYPE_URL, "valueCodeableConcept": coded("x", SOCIAL)}])),
)
on(
    "ext.deliveryType.value.type",
    PLAN,
    _detail(lambda d: d.update(extension=[{"url": DELIVERY_TYPE_URL, "valueString": "x"}])),
)
on("ext.deliveryType.context", PLAN, put(extension=[{"url": DELIVERY_TYPE_URL, "valueString": "x"}]))
on("completedIntervention.status.values", "completed-intervention", put(status="in-progress"))

for _prefix, _profile in (("condition", "condition"), ("plannedIntervention", PLAN)):
    on(
        f"{_prefix}.extension_followUpEncounter.cardinality",
        _profile,
        lambda r: r["extension"].append(dict(r["extension"][0])),
    )
on("ext.followUpEncounter.value.required", "condition", lambda r: r["extension"][0].pop("valueReference"))
on("ext.followUpEncounter.value.bundled", "condition", lambda r: r["extension"][0].update(follow_up()))
on(
    "ext.followUpEncounter.value.target",
    "condition",
    lambda r: r["extension"][0].update(follow_up(valueReference={"reference": f"Condition/{r['id']}"})),
)
MATTER = "matter-of-interest-observation"
on("ext.findingContextAtRisk.value.required", MATTER, put(extension=[{"url": AT_RISK_URL}]))
on("ext.findingContextAtRisk.value.type", MATTER, put(extension=[{"url": AT_RISK_URL, "valueString": "x"}]))
on(
    "ext.findingContextAtRisk.value.valueset",
    MATTER,
    put(extension=[{"url": AT_RISK_URL, "valueCoding": dict(NO_CODE)}]),
)
on("ext.findingContextAtRisk.context", "condition", put(extension=[{"url": AT_RISK_URL, "valueString": "x"}]))
on("ext.basedOnIntervention.value.required", "encounter", put(extension=[{"url": BASED_ON_URL}]))
on("ext.basedOnIntervention.context", "condition", put(extension=[{"url": BASED_ON_URL}]))
on(
    "ext.basedOnIntervention.value.target",
    "general-encounter",
    lambda r: r.update(extension=[{"url": BASED_ON_URL, "valueReference": {"reference": f"Encounter/{r['id']}"}}]),
)
on(
    "generalEncounter.extension_basedOnIntervention.value.required",
    "general-encounter",
    put(extension=[{"url": BASED_ON_URL}]),
)
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
on(
    "generalEncounter.type.usage",
    "general-encounter",
    put(type=[coded("829ac647-c7fc-4964-836b-f708d886e0e3", SOCIAL)]),
)
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
        lambda r: r.update(
            dataAbsentReason={"text": "x"}, valueCodeableConcept=r.get("valueCodeableConcept", coded("B6"))
        ),
    )
    on(
        f"{_key}.invariant.obs-7",
        _profile,
        lambda r: r.update(
            component=[{"code": r["code"]}], valueCodeableConcept=r.get("valueCodeableConcept", coded("B6"))
        ),
    )
    on(f"{_key}.status.usage", _profile, put(status="preliminary"))
on(
    "matterOfInterestObservation.value.usage",
    MATTER,
    lambda r: bool(r["extension"]) and r.update(valueCodeableConcept=coded("B6")),
)
on("matterOfInterestObservation.value.valueset", MATTER, put(valueCodeableConcept=dict(coding=[dict(NO_CODE)])))
on("matterOfInterestObservation.value.type", MATTER, put(valueString="x"))
on("followUpObservation.invariant.gateway-care-follow-up-1", "follow-up-observation", put(status="amended"))


@fault("citizensOwnObservation.invariant.klgateway-citizen-observation-code-and-value-must-match")
def _other_result(bundle: Json) -> bool:
    for observation in resources(bundle, CARE + "citizens-own-observation"):
        performance = (
            observation["valueCodeableConcept"]["coding"][0]["code"] in TERMS.codes["KLPerformanceLevelCodesFSIII"]
        )
        observation["valueCodeableConcept"] = coded("D1" if performance else "C1")
        return True
    return False
