"""One `Concept` is one code of a value set as a reader looks it up: uuid, user-facing key, titles, and whether it lives on."""

import csv
from dataclasses import dataclass
from functools import cache

from orchestration.conformance.library import PROFILES
from orchestration.conformance.terminology import terminology
from orchestration.guide.records import guide
from orchestration.guide.texts import Text, value_set_text

ALPHABET = str.maketrans({"æ": "{", "ø": "|", "å": "}"})  # after z, in this order


@dataclass(frozen=True, slots=True)
class Concept:
    """`key` is the user-facing key of FSIII ("" where there is none). `certainty` says how code and key were paired."""

    system: str
    code: str
    key: str
    title: str
    former: tuple[str, ...]
    is_retiring: bool
    certainty: str

    @property
    def anchor(self) -> str:
        """Its id on the page of the value set."""
        return f"kode-{self.code}"


@dataclass(frozen=True, slots=True)
class ValueSet:
    """`uses`: the elements bound to it, as (profile, path), and the extensions, as ("", key)."""

    name: str
    what: Text
    concepts: tuple[Concept, ...]
    uses: tuple[tuple[str, str], ...]

    @property
    def has_keys(self) -> bool:
        """Whether any of its codes has a user-facing key."""
        return any(concept.key for concept in self.concepts)


@cache
def value_sets() -> dict[str, ValueSet]:
    """Every value set by name; those that an element is bound to first."""
    found = [ValueSet(name, value_set_text(name), _concepts(name), _uses(name)) for name in terminology().members]
    return {each.name: each for each in sorted(found, key=lambda each: not each.uses)}


@cache
def _certainties() -> dict[str, str]:
    with (PROFILES / "terminology/crosswalk.csv").open(encoding="utf-8", newline="") as file:
        return {row["uuid"]: row["certainty"] for row in csv.DictReader(file)}


def _concepts(name: str) -> tuple[Concept, ...]:
    terms = terminology()
    keys = {uuid: key for key, uuid in terms.uuids.items()}
    made = []
    for system, code in terms.members[name]:
        uuid = terms.uuids.get(code)
        if uuid is not None and (system, uuid) in terms.members[name]:
            continue  # told with its uuid
        at = (system, code)
        former = tuple(sorted(terms.former.get(at, frozenset()) - {terms.display[at]}))
        key, certainty = keys.get(code, ""), _certainties().get(code, "")
        made.append(Concept(system, code, key, terms.display[at], former, at in terms.retiring, certainty))
    return tuple(sorted(made, key=_order))


def _order(concept: Concept) -> tuple[str, str, str]:
    return concept.title.lower().translate(ALPHABET), concept.key, concept.code


def _uses(name: str) -> tuple[tuple[str, str], ...]:
    found = []
    for profile in guide().profiles.values():
        for path, element in profile.elements.items():
            if name in (element.binding, *(part.get("binding") for part in element.slices.values())):
                found.append((profile.key, path))
    found += [("", extension.key) for extension in guide().extensions.values() if extension.binding == name]
    return tuple(found)
