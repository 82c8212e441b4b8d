"""One `Library` is everything the given packages define: structures, value sets and code systems by canonical url."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from orchestration.importing.errors import ImportRefused
from orchestration.importing.fhir import CodeSystem, ElementDefinition, StructureDefinition, ValueSet
from orchestration.importing.package import Manifest, Package

Record = TypeVar("Record", StructureDefinition, ValueSet, CodeSystem)


@dataclass(frozen=True, slots=True)
class Library:
    """`own` are the structures of the package that is imported; `origin` says which package a structure is from."""

    manifest: Manifest
    own: tuple[StructureDefinition, ...]
    structures: dict[str, StructureDefinition]
    value_sets: dict[str, ValueSet]
    code_systems: dict[str, CodeSystem]
    own_value_sets: tuple[str, ...]
    origin: dict[str, str]
    absent: tuple[str, ...]


def plain(canonical: str) -> str:
    """A canonical without its version."""
    return canonical.partition("|")[0]


def name_of(canonical: str) -> str:
    """The last part of a canonical, by which our records call a value set."""
    return plain(canonical).rsplit("/", 1)[-1]


def library(packages: Sequence[Package]) -> Library:
    """Type what the packages define; the first package is the one that is imported, the others are what it depends on.

    Raises:
        ImportRefused: the first package has no StructureDefinition, or a definition has another shape than FHIR's.
    """
    main = packages[0]
    structures: dict[str, StructureDefinition] = {}
    value_sets: dict[str, ValueSet] = {}
    code_systems: dict[str, CodeSystem] = {}
    origin: dict[str, str] = {}
    for package in packages:
        label = f"{package.manifest.name} {package.manifest.version}"
        for file, resource in package.resources.items():
            kind = resource["resourceType"]
            if kind == "StructureDefinition":
                structure = _typed(package, file, resource, StructureDefinition)
                structures.setdefault(structure.url, structure)
                origin.setdefault(structure.url, label)
            elif kind == "ValueSet":
                value_set = _typed(package, file, resource, ValueSet)
                value_sets.setdefault(value_set.url, value_set)
            else:
                system = _typed(package, file, resource, CodeSystem)
                if not system.supplements:  # a supplement adds translations, no codes
                    code_systems.setdefault(system.url, system)
    given = {package.manifest.name for package in packages}
    own = tuple(structures[r["url"]] for r in main.resources.values() if r["resourceType"] == "StructureDefinition")
    own = tuple(s for s in own if s.derivation == "constraint" and not s.abstract)
    if not own:
        raise ImportRefused(f"{main.label}: has no StructureDefinition of a profile or an extension")
    return Library(
        manifest=main.manifest,
        own=own,
        structures=structures,
        value_sets=value_sets,
        code_systems=code_systems,
        own_value_sets=tuple(r["url"] for r in main.resources.values() if r["resourceType"] == "ValueSet"),
        origin=origin,
        absent=tuple(f"{n} {v}" for n, v in sorted(main.manifest.dependencies.items()) if n not in given),
    )


def _typed(package: Package, file: str, resource: dict[str, Any], record: type[Record]) -> Record:
    try:
        return msgspec.convert(resource, record)
    except (msgspec.ValidationError, RecursionError) as error:
        raise ImportRefused(f"{package.label}: {file}: {error}") from None


def element(structure: StructureDefinition, data: dict[str, Any]) -> ElementDefinition:
    """Type one element; fixed[x] and pattern[x] become `value`.

    Raises:
        ImportRefused: the element has another shape than FHIR's.
    """
    values = [data[key] for key in sorted(data) if key.startswith(("fixed", "pattern")) and key[-1] != "]"]
    try:
        return msgspec.convert(data | {"value": values[0] if values else None}, ElementDefinition)
    except msgspec.ValidationError as error:
        raise ImportRefused(f"{structure.url}: element {str(data.get('id', '?'))[:80]}: {error}") from None
