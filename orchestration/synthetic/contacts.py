"""One call makes one FHIR resource about a contact or an observation (Encounter, Observation) as a plain dict."""

from collections.abc import Sequence

from orchestration.synthetic.codes import Concept, concept
from orchestration.synthetic.resources import HL7, Stamp
from orchestration.synthetic.style import GATEWAY, Json, When

FOLLOW_UP = "9f03dfbb-7a97-45a5-94db-d4c3501714a9"
DELIVERY = "784275f1-6822-4a88-b361-d958007d5253"
HOME_CLASS = "HH"
"""Home health: the contact takes place where the citizen lives."""
NOT_RELEVANT = "B6"
SNOMED_FOLLOW_UP = {"system": "http://snomed.info/sct", "code": "712744002"}
OWN_PERFORMANCE, OWN_IMPORTANCE = "C", "D"


def encounter(stamp: Stamp, *, start: When, status: str = "planned") -> Json:
    """Encounter of the superseded CareEncounter profile: a planned follow-up, that conditions point at by extension."""
    style = stamp.style
    made = stamp.resource("Encounter", "encounter")
    made |= {"status": status, "class": _class(HOME_CLASS)}
    made["type"] = [style.codeable(concept(FOLLOW_UP), titled=False)]
    made["period"] = {"start": style.time(start)}
    return made


def general_encounter(
    stamp: Stamp,
    *,
    type_code: str,
    start: When,
    end: When | None = None,
    status: str = "planned",
    class_code: str = HOME_CLASS,
    condition_ids: Sequence[str] = (),
    planned_intervention_ids: Sequence[str] = (),
) -> Json:
    """Encounter of the general profile: a follow-up of conditions, or a delivery of planned interventions."""
    style = stamp.style
    made = stamp.resource("Encounter", "general-encounter")
    if planned_intervention_ids:
        url = f"{GATEWAY}BasedOnInterventionExtension"
        based_on = stamp.references("CarePlan", planned_intervention_ids)
        made["extension"] = [{"url": url, "valueReference": reference} for reference in based_on]
    made |= {"status": status, "class": _class(class_code)}
    made["type"] = [style.codeable(concept(type_code))]
    made["period"] = {"start": style.time(start)} | ({"end": style.time(end)} if end is not None else {})
    if condition_ids:
        made["reasonReference"] = stamp.references("Condition", condition_ids)
    return made


def follow_up_observation(
    stamp: Stamp,
    *,
    value: Concept,
    effective: When,
    condition_ids: Sequence[str] = (),
    planned_intervention_ids: Sequence[str] = (),
    status: str = "final",
) -> Json:
    """Observation: the outcome of a follow-up (E1-E4) of conditions or interventions."""
    made = stamp.resource("Observation", "follow-up-observation")
    made |= {"status": status, "code": {"coding": [dict(SNOMED_FOLLOW_UP)]}}
    made["focus"] = stamp.references("Condition", condition_ids)
    made["focus"] += stamp.references("CarePlan", planned_intervention_ids)
    made["effectiveDateTime"] = stamp.style.time(effective)
    made["valueCodeableConcept"] = stamp.style.codeable(value)
    return made


def citizens_own_observation(
    stamp: Stamp,
    *,
    value: Concept,
    effective: When,
    condition_id: str | None = None,
    matter_of_interest_id: str | None = None,
    status: str = "final",
) -> Json:
    """Observation: what the citizen says about a home care condition or area: performance (C1-4), importance (D1-2).

    The code is the legacy key C or D in every style: the IG's invariant knows no other, so that its uuid always fails.
    """
    code = concept(OWN_PERFORMANCE if value.user_key.startswith(OWN_PERFORMANCE) else OWN_IMPORTANCE)
    made = stamp.resource("Observation", "citizens-own-observation")
    made |= {"status": status, "code": {"coding": [{"system": code.system, "code": code.user_key}]}}
    made["focus"] = (
        stamp.references("Condition", [condition_id])
        if condition_id
        else stamp.references("Observation", [matter_of_interest_id or ""])
    )
    made["effectiveDateTime"] = stamp.style.time(effective)
    made["valueCodeableConcept"] = stamp.style.codeable(value, titled=False)
    return made


def matter_of_interest(
    stamp: Stamp,
    *,
    area: Concept,
    effective: When,
    at_risk: Sequence[Concept] = (),
    in_focus: bool = True,
    status: str = "final",
) -> Json:
    """Observation: an area in focus, with the conditions in it that the citizen is at risk of."""
    style = stamp.style
    made = stamp.resource("Observation", "matter-of-interest-observation")
    if at_risk:
        url = f"{GATEWAY}klgateway-care-finding-context-at-risk-extension"
        made["extension"] = [{"url": url, "valueCoding": style.coding(code)} for code in at_risk]
    made |= {"status": status, "code": style.codeable(area), "effectiveDateTime": style.time(effective)}
    if not in_focus:
        made["valueCodeableConcept"] = style.codeable(concept(NOT_RELEVANT))
    return made


def _class(code: str) -> Json:
    """HL7's own classes have no display here; telephone and screen visits are uuids of CareSocialCodes."""
    system = concept(code).system if len(code) == 36 else f"{HL7}v3-ActCode"
    return {"system": system, "code": code}
