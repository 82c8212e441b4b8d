"""One function is one rule about a condition or about the citizen that it belongs to."""

from orchestration.conformance.invariants.registry import broken_when, code_of, codes_of, extensions
from orchestration.conformance.terminology import terminology
from orchestration.conformance.walk import Object, Walk

TERMS = terminology()
HOME_CARE, NURSING = TERMS.members["KLConditionCodesHomeCare"], TERMS.members["KLConditionCodesNursing"]
FOLLOW_UP = "klgateway-care-follow-up-encounter-extension"
NOT_RELEVANT = {"B6", TERMS.uuid("B6")}
ENDED = {"resolved", "remission", "inactive"}


def withdrawn(o: Object) -> bool:
    """Whether the condition is reported as entered-in-error."""
    return code_of(o, "verificationStatus") == "entered-in-error"


@broken_when("condition.invariant.klgateway-severity-mandatory-in-home-care-not-allowed-in-nursing", "severity")
def severity_by_group(o: Object, walk: Walk) -> bool:
    """Home care conditions have a severity, nursing conditions have none; an unknown code says nothing."""
    codes = codes_of(o.get("code"))
    return (bool(codes & HOME_CARE) and "severity" not in o) or (bool(codes & NURSING) and "severity" in o)


@broken_when("condition.invariant.con-3", "clinicalStatus")
def in_focus_without_status(o: Object, walk: Walk) -> bool:
    """R4 con-3: in focus, not withdrawn, and no clinical status."""
    return "clinicalStatus" not in o and not withdrawn(o) and code_of(o, "category") == "problem-list-item"


@broken_when("condition.invariant.con-4")
def abated_but_open(o: Object, walk: Walk) -> bool:
    """R4 con-4: an abatement only on a condition that has ended."""
    return any(key.startswith("abatement") for key in o) and code_of(o, "clinicalStatus") not in ENDED


@broken_when("condition.invariant.con-5", "clinicalStatus")
def withdrawn_with_status(o: Object, walk: Walk) -> bool:
    """R4 con-5: a withdrawn condition has no clinical status."""
    return "clinicalStatus" in o and withdrawn(o)


@broken_when("condition.category.focus", "category")
def closed_in_focus(o: Object, walk: Walk) -> bool:
    """A closed condition is not in focus."""
    return "category" in o and code_of(o, "clinicalStatus") == "inactive"


@broken_when("condition.clinicalStatus.expected", "clinicalStatus")
def status_expected(o: Object, walk: Walk) -> bool:
    """active or inactive, and absent only when withdrawn; a code outside the value set is another rule's."""
    if "clinicalStatus" not in o:
        return not withdrawn(o)
    return code_of(o, "clinicalStatus") in TERMS.codes["condition-clinical"] - {"active", "inactive"}


@broken_when("condition.verificationStatus.default", "verificationStatus")
def verification_missing(o: Object, walk: Walk) -> bool:
    """Absent counts as confirmed."""
    return "verificationStatus" not in o


@broken_when("condition.severity.homecare-level", "severity")
def severity_not_relevant(o: Object, walk: Walk) -> bool:
    """Severity 9 is in the value set but is no level."""
    return code_of(o, "severity") in NOT_RELEVANT


@broken_when("condition.followUpEncounter.deprecated-later", "extension")
def follow_up_extension(o: Object, walk: Walk) -> bool:
    """The follow-up date moves to the general encounter."""
    return bool(extensions(o, FOLLOW_UP))


@broken_when("citizen.invariant.data-about-deceased-citizen-warning", "deceased")
def about_the_dead(o: Object, walk: Walk) -> bool:
    """Any deceased[x] but false; silent once deceased.error-later is in force."""
    return not walk.later and any(key.startswith("deceased") for key in o) and o.get("deceasedBoolean") is not False


@broken_when("citizen.deceased.warning", "deceased")
def deceased(o: Object, walk: Walk) -> bool:
    """deceasedBoolean = true; an error after the transition."""
    return not walk.later and o.get("deceasedBoolean") is True


@broken_when("citizen.deceased.error-later", "deceased")
def deceased_later(o: Object, walk: Walk) -> bool:
    """After the transition a report about a dead citizen is refused."""
    return o.get("deceasedBoolean") is True


@broken_when("citizen.deceased.required-later", "deceased")
def deceased_missing(o: Object, walk: Walk) -> bool:
    """After the transition deceasedBoolean is mandatory."""
    return not any(key.startswith("deceased") for key in o)
