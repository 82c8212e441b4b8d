"""One `Element` is one element of a profile as it holds there: its own restrictions on top of those it inherits."""

import re
from dataclasses import dataclass
from functools import cache

import msgspec

from orchestration.conformance.structure import Field, structure
from orchestration.importing.fhir import Base, ElementDefinition, StructureDefinition
from orchestration.importing.library import Library, element

R4 = "r4-4.0.1"
DEEPEST = 12
"""Profiles of profiles of profiles; more are a circle."""


@dataclass(frozen=True, slots=True)
class Element:
    """`is_own` = the profile itself says something here; `states` are the parts it says it about (min, max, type ...)."""

    definition: ElementDefinition
    states: frozenset[str]

    @property
    def key(self) -> str:
        """The element id with slices: CarePlan.activity.detail.code.coding:level2.system."""
        return self.definition.key

    @property
    def is_own(self) -> bool:
        return bool(self.states)

    @property
    def is_prohibited(self) -> bool:
        return self.definition.max == "0"

    @property
    def minimum(self) -> int:
        return self.definition.min or 0

    @property
    def cardinality(self) -> str:
        most = self.definition.max or (self.definition.base.max if self.definition.base else "*")
        return f"{self.minimum}..{most}"


def elements(structure: StructureDefinition, library: Library) -> tuple[Element, ...]:
    """All elements of a profile in their order: of its snapshot, or of its base's with its own differential laid over."""
    own = {e.key: e for e in _own(structure)}
    states = {key: frozenset(name for name in e.__struct_fields__ if _says(e, name)) | {"id"} for key, e in own.items()}
    if structure.snapshot:
        whole = {e.key: e for e in (element(structure, data) for data in structure.snapshot.element)}
    else:
        whole = _merged(structure, library, 0)
    return tuple(Element(_based(e), states.get(key, frozenset())) for key, e in whole.items())


def own_elements(structure: StructureDefinition) -> tuple[ElementDefinition, ...]:
    """What a profile itself says, without what it inherits."""
    return tuple(_own(structure))


def _own(structure: StructureDefinition) -> list[ElementDefinition]:
    return [element(structure, data) for data in (structure.differential.element if structure.differential else ())]


def _says(definition: ElementDefinition, name: str) -> bool:
    return name not in ("path", "id", "sliceName", "base") and getattr(definition, name) not in (None, (), "")


def _merged(structure: StructureDefinition, library: Library, depth: int) -> dict[str, ElementDefinition]:
    base = library.structures.get(structure.baseDefinition)
    whole: dict[str, ElementDefinition] = {}
    if base is not None and depth < DEEPEST:
        if base.snapshot:
            whole = {e.key: e for e in (element(base, data) for data in base.snapshot.element)}
        else:
            whole = _merged(base, library, depth + 1)
    for own in _own(structure):
        known = whole.get(own.key)
        if known is None:
            whole[own.key] = own
            continue
        said = {name: getattr(own, name) for name in own.__struct_fields__ if _says(own, name)}
        said["constraint"] = known.constraint + tuple(c for c in own.constraint if c not in known.constraint)
        whole[own.key] = msgspec.structs.replace(known, **said)
    return whole


def _based(definition: ElementDefinition) -> ElementDefinition:
    """Where a snapshot doesn't say what an element restricts, the R4 tables know whether it repeats."""
    if definition.base is not None:
        return definition
    field = r4_field(definition.path)
    many = field is None or field.many
    return msgspec.structs.replace(definition, base=Base(definition.path, 0, "*" if many else "1"))


@cache
def r4_field(path: str) -> Field | None:
    """The R4 element at a path such as `Goal.target.detail[x]`; None where our tables don't reach."""
    types = structure(R4).types
    parts = path.split(".")
    kinds = {parts[0]}
    field: Field | None = None
    for part in parts[1:]:
        fields = (f for kind in sorted(kinds) for f in types.get(kind, ()))
        field = next((f for f in fields if f.key == part or part in f.json), None)
        if field is None:
            return None
        kinds = set(field.json.values())
    return field


@cache
def _choices() -> dict[str, str]:
    fields = (field for fields in structure(R4).types.values() for field in fields)
    return {typed: field.name for field in fields if field.key.endswith("[x]") for typed in field.json}


def untyped(path: str) -> str:
    """A path with every spelling of a choice made one: `performedDateTime`, `performed[x]` and `performed` are the same place."""
    parts = re.sub(r"\[(?!x\])([\w-]+)\]", r":\1", path).replace("[x]", "").split(".")
    return ".".join(_choices().get(part, part) for part in parts)
