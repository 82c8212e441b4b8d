"""One `Style` is how one vendor's system writes a delivery report: which codes, which follow-up, which habits."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from orchestration.synthetic.codes import Concept

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
GATEWAY = "http://fhir.kl.dk/gateway/StructureDefinition/"

Json = dict[str, Any]
When = date | datetime
"""A day, or an aware moment: FHIR dateTime has both precisions, and so have real reports."""


@dataclass(frozen=True, slots=True)
class Style:
    """`follow_up`: extension on the condition and CareEncounter (old), or GeneralEncounter that points back (new).

    `titles`: as now, as before the simplification, or left out. `confirms`: says of conditions that they are confirmed,
    which an absent verificationStatus means too. `restamps`: unchanged resources that are only repeated as context get
    a new lastUpdated at every export, as some systems do.
    """

    name: str
    codes: Literal["user_key", "uuid"]
    titles: Literal["current", "former", "none"]
    follow_up: Literal["extension", "general_encounter"]
    references: Literal["relative", "urn"] = "relative"
    times: Literal["utc", "local"] = "utc"
    confirms: bool = False
    restamps: bool = False
    base_url: str = "https://eoj.example/fhir"

    def coding(self, concept: Concept, *, titled: bool = True, fixed: bool = False) -> Json:
        """A FHIR Coding; `titled=False` where the profile forbids a display, `fixed` where it locks the uuid."""
        code = concept.code if fixed or self.codes == "uuid" else concept.user_key
        coding = {"system": concept.system, "code": code}
        if titled and self.titles != "none":
            coding["display"] = concept.title if self.titles == "current" else concept.former_title
        return coding

    def codeable(self, concept: Concept, *, titled: bool = True, fixed: bool = False) -> Json:
        """A FHIR CodeableConcept with one coding."""
        return {"coding": [self.coding(concept, titled=titled, fixed=fixed)]}

    def reference(self, resource_type: str, resource_id: str) -> Json:
        """A FHIR Reference to an entry of the same bundle."""
        as_urn = self.references == "urn"
        return {"reference": f"urn:uuid:{resource_id}" if as_urn else f"{resource_type}/{resource_id}"}

    def full_url(self, resource_type: str, resource_id: str) -> str:
        """The entry's fullUrl that `reference` resolves to."""
        if self.references == "urn":
            return f"urn:uuid:{resource_id}"
        return f"{self.base_url}/{resource_type}/{resource_id}"

    def time(self, when: When) -> str:
        """A FHIR dateTime: the day as it is, a moment in this style's time zone, to the second."""
        if not isinstance(when, datetime):
            return when.isoformat()
        known = _WRITTEN[self.times]
        text = known.get(when)
        if text is None:
            if len(known) >= MEMO:
                known.clear()
            text = known[when] = _write(when, self.times)
        return text


MEMO = 65_536
_WRITTEN: dict[str, dict[datetime, str]] = {"utc": {}, "local": {}}
"""Moments already written out: one day's reports repeat the same few."""


def _write(when: datetime, times: str) -> str:
    if times == "utc":
        return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return when.astimezone(COPENHAGEN).isoformat(timespec="seconds")


OLD = Style("old", "user_key", "former", "extension", restamps=True)
"""A system from before the simplification of FSIII: legacy keys and titles, follow-up as extension, UTC."""
OLD_TERSE = replace(OLD, name="old-terse", titles="none")
"""The same without titles."""
NEW = Style("new", "uuid", "current", "general_encounter", times="local", confirms=True)
"""A system of today: uuid codes, GeneralEncounter, local time with offset."""
NEW_URN = replace(NEW, name="new-urn", references="urn")
"""The same with urn:uuid references."""

STYLES = {style.name: style for style in (OLD, OLD_TERSE, NEW, NEW_URN)}
