"""One call makes one FHIR resource of the care record (citizen, condition, goal, intervention) as a plain dict."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from orchestration.synthetic.codes import Concept, concept, level
from orchestration.synthetic.style import GATEWAY, Json, Style, When

CPR = "urn:oid:1.2.208.176.1.2"
SOR = "urn:oid:1.2.208.176.1.1"
LOCAL_INTERVENTIONS = "http://fhir.kl.dk/gateway/CodeSystem/LocallyDefinedInterventions"
HL7 = "http://terminology.hl7.org/CodeSystem/"
CONDITION_GOAL = "ca552020-6ed1-4cdc-b0d4-32697f1f27ad"
GOAL_DESCRIPTION = "e182c5dc-9f91-474a-92e8-f62be3d498f4"
FUNCTIONAL_LEVEL = "66959f77-6e2a-4574-8423-3ff097f8b9fa"
DELIVERY_TYPES = {
    "individual": "8d12d74c-17da-47a7-a4fe-e69dbaec0a8c",
    "group": "2865f123-15a7-4a36-a514-32ea37c400ca",
    "digital": "284857a4-5e91-499a-a001-64d7f0b7038a",
    "robot": "34cdd6ab-3da9-49e8-84dc-1cbf683d4fcf",
}


class Stamp(NamedTuple):
    """What every resource carries: the writer's style, its own id, when it last changed, whom it is about."""

    style: Style
    id: str
    at: datetime
    citizen_id: str

    def resource(self, resource_type: str, profile: str, *, about: bool = True) -> Json:
        """The beginning of a resource: type, id, profile, lastUpdated, and subject (not on the citizen itself)."""
        meta = {"profile": [f"{GATEWAY}klgateway-care-{profile}"], "lastUpdated": self.style.time(self.at)}
        made: Json = {"resourceType": resource_type, "id": self.id, "meta": meta}
        if about:
            made["subject"] = self.style.reference("Patient", self.citizen_id)
        return made

    def references(self, resource_type: str, ids: Sequence[str]) -> list[Json]:
        """References to resources of one type."""
        return [self.style.reference(resource_type, i) for i in ids]

    def follow_up(self, encounter_id: str) -> list[Json]:
        """The extension that ties a planned follow-up to a condition or intervention (old style)."""
        reference = self.style.reference("Encounter", encounter_id)
        return [{"url": f"{GATEWAY}klgateway-care-follow-up-encounter-extension", "valueReference": reference}]


def citizen(
    stamp: Stamp, *, cpr: str, sor_code: str, deceased: bool | None = False, active: bool | None = None
) -> Json:
    """Patient. `active` is left out in ordinary reports; false says the citizen should never have been reported."""
    made = stamp.resource("Patient", "citizen", about=False)
    made["identifier"] = [{"use": "official", "system": CPR, "value": cpr}]
    if active is not None:
        made["active"] = active
    if deceased is not None:
        made["deceasedBoolean"] = deceased
    made["managingOrganization"] = {"identifier": {"use": "official", "system": SOR, "value": sor_code}}
    return made


def condition(
    stamp: Stamp,
    *,
    code: Concept,
    recorded: When,
    severity: int | None = None,
    clinical: str | None = "active",
    verification: str | None = None,
    in_focus: bool = True,
    follow_up_id: str | None = None,
) -> Json:
    """Condition. `severity` 0-4 on home care conditions only; `verification` None is confirmed, said or not."""
    made = stamp.resource("Condition", "condition")
    if follow_up_id:
        made["extension"] = stamp.follow_up(follow_up_id)
    if clinical:
        made["clinicalStatus"] = _status("condition-clinical", clinical)
    verification = verification or ("confirmed" if stamp.style.confirms else None)
    if verification:
        made["verificationStatus"] = _status("condition-ver-status", verification)
    if in_focus:
        made["category"] = [_status("condition-category", "problem-list-item")]
    if severity is not None:
        made["severity"] = stamp.style.codeable(level(severity))
    made["code"] = stamp.style.codeable(code)
    made["recordedDate"] = stamp.style.time(recorded)
    return made


def goal(stamp: Stamp, *, condition_id: str, severity: int, start: When, status: str = "active") -> Json:
    """Goal: the functional level (0-4) that is expected of one home care condition at its next follow-up."""
    style = stamp.style
    made = stamp.resource("Goal", "goal")
    made["lifecycleStatus"] = status
    made["category"] = [style.codeable(concept(CONDITION_GOAL))]
    made["description"] = style.codeable(concept(GOAL_DESCRIPTION), fixed=True)
    made["startDate"] = style.time(start)
    measure = style.codeable(concept(FUNCTIONAL_LEVEL))
    made["target"] = [{"measure": measure, "detailCodeableConcept": style.codeable(level(severity))}]
    made["addresses"] = stamp.references("Condition", [condition_id])
    return made


def planned_intervention(
    stamp: Stamp,
    *,
    code: Concept,
    granted: When,
    ends: When | None = None,
    status: str = "active",
    activity_status: str = "in-progress",
    condition_ids: Sequence[str] = (),
    local: tuple[str, str] | None = None,
    delivery_types: Sequence[str] = (),
    follow_up_id: str | None = None,
) -> Json:
    """CarePlan. `local`: the municipality's own level 3 (code, title); `ends`: planned, or actual once completed."""
    style = stamp.style
    made = stamp.resource("CarePlan", "planned-intervention")
    if follow_up_id:
        made["extension"] = stamp.follow_up(follow_up_id)
    made |= {"status": status, "intent": "plan"}
    made["period"] = _period(style, granted, ends)
    detail: Json = {}
    if delivery_types:
        codes = [concept(DELIVERY_TYPES[name]) for name in delivery_types]
        url = f"{GATEWAY}DeliveryType"
        detail["extension"] = [{"url": url, "valueCodeableConcept": style.codeable(each)} for each in codes]
    detail["code"] = _intervention_code(style, code, local)
    if condition_ids:
        detail["reasonReference"] = stamp.references("Condition", condition_ids)
    detail["status"] = activity_status
    made["activity"] = [{"detail": detail}]
    return made


def completed_intervention(
    stamp: Stamp,
    *,
    code: Concept,
    performed: When,
    status: str = "completed",
    condition_ids: Sequence[str] = (),
    local: tuple[str, str] | None = None,
) -> Json:
    """Procedure: an intervention that was done without having been planned."""
    made = stamp.resource("Procedure", "completed-intervention")
    made |= {"status": status, "code": _intervention_code(stamp.style, code, local)}
    made["performedDateTime"] = stamp.style.time(performed)
    if condition_ids:
        made["reasonReference"] = stamp.references("Condition", condition_ids)
    return made


def _intervention_code(style: Style, code: Concept, local: tuple[str, str] | None) -> Json:
    coding = [style.coding(code)]
    if local:
        coding.append({"system": LOCAL_INTERVENTIONS, "code": local[0], "display": local[1]})
    return {"coding": coding}


def _period(style: Style, start: When, end: When | None) -> Json:
    return {"start": style.time(start)} | ({"end": style.time(end)} if end is not None else {})


def _status(system: str, code: str) -> Json:
    return {"coding": [{"system": HL7 + system, "code": code}]}
