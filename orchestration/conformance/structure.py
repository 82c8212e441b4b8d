"""One `Field` is one R4 element of a type or resource: its possible types and whether it repeats, read from the type tables."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from orchestration.conformance import library


@dataclass(frozen=True, slots=True)
class Field:
    """`name` is the FHIRPath name (`value`), `key` as written in the tables (`value[x]`), `json` maps JSON key → type."""

    name: str
    key: str
    many: bool
    json: dict[str, str]


def _field(key: str, types: str) -> Field:
    many = types.endswith("*")
    names = [name.strip() for name in types.rstrip("*").split("|")]
    base = key.removesuffix("[x]")
    if base == key:
        return Field(base, key, many, {base: names[0]})
    return Field(base, key, many, {base + name[0].upper() + name[1:]: name for name in names})


def _fields(data: dict[str, str]) -> tuple[Field, ...]:
    return tuple(_field(key, types) for key, types in data.items())


@dataclass(frozen=True, slots=True)
class Structure:
    """The R4 types: `primitives` says how each looks in JSON, `types` has data types, groups and resources with all their fields."""

    primitives: dict[str, dict[str, str]]
    types: dict[str, tuple[Field, ...]]
    resources: frozenset[str]
    groups: frozenset[str]


@cache
def structure(version: str) -> Structure:
    """Read the tables of one FHIR version, for instance `r4-4.0.1`."""
    kinds: dict[str, Any] = library.read(f"{version}/datatypes.yml")
    shapes: dict[str, Any] = library.read(f"{version}/resources.yml")
    element = (_field("id", "string"), _field("extension", "Extension*"))
    types = {name: (*element, *_fields(fields)) for name, fields in kinds["datatypes"].items()}
    types |= {name: (*element, *_fields(fields)) for name, fields in shapes["groups"].items()}
    common = shapes["common"]
    for name, fields in shapes["resources"].items():
        domain = () if name == "Bundle" else (*_fields(common["DomainResource"]), _field("extension", "Extension*"))
        types[name] = (*_fields(common["Resource"]), *domain, *_fields(fields))
    groups = frozenset(shapes["groups"])
    return Structure(kinds["primitives"], types, frozenset(shapes["resources"]), groups)
