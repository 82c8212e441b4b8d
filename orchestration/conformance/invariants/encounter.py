"""One function is one rule about an encounter, old or general."""

from orchestration.conformance.invariants.registry import broken_when, codes_of, extensions
from orchestration.conformance.terminology import Code, terminology
from orchestration.conformance.walk import Object, Walk

TERMS = terminology()
SYSTEM = "http://fhir.kl.dk/term/CodeSystem/CareSocialCodes"
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
FOLLOW_UP: Code = (SYSTEM, "9f03dfbb-7a97-45a5-94db-d4c3501714a9")
DELIVERY: Code = (SYSTEM, "784275f1-6822-4a88-b361-d958007d5253")
USUAL_CLASSES = {
    (ACT, "HH"),
    (ACT, "AMB"),
    (SYSTEM, "1b55a4b0-1156-4f58-b2df-b5c6014d9048"),  # Telefonisk
    (SYSTEM, "124be95d-6924-4609-9d2a-e7c73ae3ab3d"),  # Skærmbesøg
}


def _types(o: Object) -> set[Code]:
    return set().union(*(codes_of(concept) for concept in o.get("type", ())))


@broken_when("encounter.superseded-later")
def superseded(o: Object, walk: Walk) -> bool:
    """The general encounter replaces this profile."""
    return True


@broken_when("encounter.finished-not-reported", "status")
def finished(o: Object, walk: Walk) -> bool:
    """Finished follow-ups are not reported with the old profile."""
    return o.get("status") == "finished"


@broken_when("generalEncounter.type.usage", "type")
def unusual_type(o: Object, walk: Walk) -> bool:
    """The prose names two of the seven types."""
    return bool(_types(o) & (TERMS.members["KLEncounterTypes"] - {FOLLOW_UP, DELIVERY}))


@broken_when("generalEncounter.class.usage", "class")
def unusual_class(o: Object, walk: Walk) -> bool:
    """The prose names four of the thirteen classes."""
    kind = o.get("class", {})
    return (kind.get("system"), kind.get("code")) in TERMS.members["EncounterClassCodes"] - USUAL_CLASSES


@broken_when("generalEncounter.followup.condition", "reasonReference")
def follow_up_of_nothing(o: Object, walk: Walk) -> bool:
    """A follow-up says which condition it follows."""
    return FOLLOW_UP in _types(o) and "reasonReference" not in o


@broken_when("generalEncounter.delivery.intervention", "extension")
def delivery_of_nothing(o: Object, walk: Walk) -> bool:
    """A delivery says which planned intervention it delivers."""
    return DELIVERY in _types(o) and not extensions(o, "BasedOnInterventionExtension")
