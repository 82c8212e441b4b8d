"""One `Concept` is one concept of FSIII or CareSocialCodes: its uuid, its legacy user-facing key and its titles."""

from dataclasses import dataclass
from functools import cache

from orchestration.conformance.terminology import terminology

FSIII = "urn:oid:1.2.208.176.2.21"
CARE_SOCIAL = "http://fhir.kl.dk/term/CodeSystem/CareSocialCodes"


@dataclass(frozen=True, slots=True)
class Concept:
    """`code` is the uuid, `user_key` the legacy key (the uuid where there is none), `former_title` the one of 2023."""

    system: str
    code: str
    user_key: str
    title: str
    former_title: str


@cache
def _concepts() -> dict[str, Concept]:
    """Every concept under its uuid and under its legacy key; from the code lists that reports are checked against."""
    terms = terminology()
    keys = {uuid: key for key, uuid in terms.uuids.items()}
    found: dict[str, Concept] = {}
    for (system, code), title in terms.display.items():
        if system in (FSIII, CARE_SOCIAL) and code not in terms.uuids:
            former = min(terms.former.get((system, code), [title]))
            made = Concept(system, code, keys.get(code, code), title, former)
            found[made.code] = found[made.user_key] = made
    return found


def concept(text: str) -> Concept:
    """Look a concept up by uuid or legacy key; a title after it (`I4.4 Problemer med tryksår`) must be the right one.

    Raises:
        ValueError: no such code, or the title belongs to another one.
    """
    key, _, title = text.partition(" ")
    found = _concepts().get(key)
    if found is None:
        raise ValueError(f"no such code: {key}")
    if title and title not in (found.title, found.former_title):
        raise ValueError(f"{key} is called {found.title!r}, not {title!r}")
    return found


def level(number: int) -> Concept:
    """The FSIII severity (functional level) 0-4, B1-B5."""
    return concept(f"B{number + 1}")
