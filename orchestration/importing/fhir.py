"""One record is one FHIR definition as a package states it: a profile, its elements, a value set or a code system."""

from typing import Any

import msgspec


class Type(msgspec.Struct, frozen=True):
    """One type an element may have; `profile` for data types and resources, `targetProfile` and `aggregation` for references."""

    code: str = ""
    profile: tuple[str, ...] = ()
    targetProfile: tuple[str, ...] = ()
    aggregation: tuple[str, ...] = ()


class Binding(msgspec.Struct, frozen=True):
    """The value set of an element."""

    strength: str = ""
    valueSet: str = ""


class Constraint(msgspec.Struct, frozen=True):
    """One invariant."""

    key: str
    severity: str = "error"
    human: str = ""
    expression: str = ""
    source: str = ""


class Discriminator(msgspec.Struct, frozen=True):
    """What tells slices apart."""

    type: str = ""
    path: str = ""


class Slicing(msgspec.Struct, frozen=True):
    """How an element is cut into slices; `closed` = nothing but the slices."""

    discriminator: tuple[Discriminator, ...] = ()
    rules: str = "open"


class Base(msgspec.Struct, frozen=True):
    """The element of the base definition that this one restricts."""

    path: str = ""
    min: int = 0
    max: str = "*"


class ElementDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """One element of a snapshot or differential. `value` holds fixed[x] or pattern[x], whichever is there."""

    path: str
    id: str = ""
    sliceName: str = ""
    short: str = ""
    min: int | None = None
    max: str | None = None
    base: Base | None = None
    type: tuple[Type, ...] = ()
    binding: Binding | None = None
    constraint: tuple[Constraint, ...] = ()
    slicing: Slicing | None = None
    value: Any = None

    @property
    def key(self) -> str:
        """The element id; older tools leave it out, then the path with the slice."""
        return self.id or self.path + (f":{self.sliceName}" if self.sliceName else "")


class Context(msgspec.Struct, frozen=True):
    """Where an extension belongs."""

    expression: str = ""


class Elements(msgspec.Struct, frozen=True):
    """A snapshot or differential, its elements not yet typed (fixed[x] has fifty names)."""

    element: tuple[dict[str, Any], ...] = ()


class StructureDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """One profile or extension."""

    url: str
    type: str
    id: str = ""
    kind: str = ""
    derivation: str = ""
    abstract: bool = False
    baseDefinition: str = ""
    context: tuple[Context, ...] = ()
    snapshot: Elements | None = None
    differential: Elements | None = None


class Filter(msgspec.Struct, frozen=True):
    """One filter of a value set."""

    property: str
    op: str
    value: str


class Concept(msgspec.Struct, frozen=True):
    """One concept that a value set names."""

    code: str
    display: str = ""


class Include(msgspec.Struct, frozen=True):
    """One part of a value set."""

    system: str = ""
    concept: tuple[Concept, ...] = ()
    filter: tuple[Filter, ...] = ()
    valueSet: tuple[str, ...] = ()


class Compose(msgspec.Struct, frozen=True):
    """What a value set is made of."""

    include: tuple[Include, ...] = ()
    exclude: tuple[Include, ...] = ()


class Contains(msgspec.Struct, frozen=True):
    """One code of a ready expansion."""

    system: str = ""
    code: str = ""
    display: str = ""
    abstract: bool = False
    contains: tuple["Contains", ...] = ()


class Expansion(msgspec.Struct, frozen=True):
    """The expansion that a package brings along."""

    contains: tuple[Contains, ...] = ()


class ValueSet(msgspec.Struct, frozen=True, kw_only=True):
    """One value set."""

    url: str
    compose: Compose = Compose()
    expansion: Expansion | None = None


class Property(msgspec.Struct, frozen=True, kw_only=True):
    """One property of a concept; the values that a hierarchy or a filter can use."""

    code: str
    valueCode: str | None = None
    valueString: str | None = None
    valueBoolean: bool | None = None

    @property
    def text(self) -> str:
        """The value as the text a filter compares with."""
        if self.valueBoolean is not None:
            return str(self.valueBoolean).lower()
        return self.valueCode or self.valueString or ""


class CodeConcept(msgspec.Struct, frozen=True):
    """One concept of a code system, with those below it."""

    code: str
    display: str = ""
    property: tuple[Property, ...] = ()
    concept: tuple["CodeConcept", ...] = ()


class CodeSystem(msgspec.Struct, frozen=True, kw_only=True):
    """One code system."""

    url: str
    content: str = "complete"
    supplements: str = ""
    concept: tuple[CodeConcept, ...] = ()
