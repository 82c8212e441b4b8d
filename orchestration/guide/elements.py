"""One `ElementPage` is one element of a report as a reader meets it: name, meaning, FKI term, bounds, and its rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from orchestration.conformance.library import Element, Profile
from orchestration.conformance.structure import Field, structure
from orchestration.conformance.terminology import terminology
from orchestration.guide.records import guide, index, raw_profiles
from orchestration.guide.texts import Text, element_text

CHOICE = "[x]"


@dataclass(frozen=True, slots=True)
class ElementPage:
    """`fixed` is the one value allowed, `fixed_title` its title. `slices`: (name, code system, cardinality, value set)."""

    path: str
    name: Text
    what: Text
    fki: tuple[str, ...]
    cardinality: str
    types: tuple[str, ...]
    binding: str | None
    fixed: str
    fixed_title: str
    targets: tuple[str, ...]
    slices: tuple[tuple[str, str, str, str], ...]
    pattern: str | None

    @property
    def anchor(self) -> str:
        """Its id on the profile's page."""
        return anchor(self.path)


def anchor(path: str) -> str:
    """The id of an element on its page: `element-value` for `value[x]`."""
    return f"element-{path.replace(CHOICE, '')}"


@cache
def elements(key: str) -> dict[str, ElementPage]:
    """The elements of a profile by path, those without a rule of their own but with a column in the warehouse included.

    Raises:
        KeyError: nobody has written what an element is.
    """
    profile, raw = guide().profiles[key], raw_profiles()[key]
    found = {path: _page(profile, path, element, raw) for path, element in profile.elements.items()}
    for path in _columns_only(profile, raw):
        found[path] = _page(profile, path, None, raw)
    order = {path: number for number, path in enumerate(_in_order(found))}
    return dict(sorted(found.items(), key=lambda item: order[item[0]]))


def _in_order(found: dict[str, Any]) -> Iterator[str]:
    """Children right after their parent."""
    for path in found:
        if path.rpartition(".")[0] not in found:
            yield from _with_children(path, found)


def _with_children(path: str, found: dict[str, Any]) -> Iterator[str]:
    yield path
    for child in found:
        if child.rpartition(".")[0] == path:
            yield from _with_children(child, found)


def _columns_only(profile: Profile, raw: dict[str, Any]) -> list[str]:
    """Paths like `period.end`: kept by the warehouse though no rule speaks of them."""
    known = {spelling for path in profile.elements for spelling in spellings(profile.type, path)}
    paths = (column["path"].partition(":")[0] for column in raw.get("columns", ()))
    return list(dict.fromkeys(path for path in paths if not _known(path, known)))


def _known(path: str, known: set[str]) -> bool:
    """Also when it lies within a code or reference that is known: `type.coding.code` below `type`."""
    parts = path.split(".")
    if path in known or (parts[-1] in ("code", "system", "display") and len(parts) > 1 and parts[0] in known):
        return True
    return parts[-1] == "coding" and ".".join(parts[:-1]) in known


def spellings(type_: str, path: str) -> list[str]:
    """How a path may be written in JSON: `value[x]` also as valueCodeableConcept and so on."""
    if not path.endswith(CHOICE):
        return [path]
    parent = path.rpartition(".")[0]
    below = f"{parent}." if parent else ""
    return [path, path.removesuffix(CHOICE), *(below + key for key in field(type_, path).json)]


def field(type_: str, path: str) -> Field:
    """The R4 field of a path below a resource type."""
    r4 = structure(index()["r4"])
    kind = type_
    for token in path.split("."):
        found = next(f for f in r4.types[kind] if token == f.key or token in f.json)
        kind = found.json.get(token) or next(iter(found.json.values()))
    return found


def _page(profile: Profile, path: str, element: Element | None, raw: dict[str, Any]) -> ElementPage:
    name, what = element_text(profile.key, path)
    r4 = field(profile.type, path)
    fixed, title = _fixed(element.fixed if element else None)
    narrowed = element.type if element else None
    return ElementPage(
        path=path,
        name=name,
        what=what,
        fki=_fki(profile, path, raw),
        cardinality=(element.cardinality if element else None) or ("0..*" if r4.many else "0..1"),
        types=(narrowed,) if narrowed else _types(profile, path, r4),
        binding=element.binding if element else None,
        fixed=fixed,
        fixed_title=title,
        targets=element.targets if element else (),
        slices=tuple(_slice(name, part) for name, part in (element.slices if element else {}).items()),
        pattern=element.pattern if element else None,
    )


def _types(profile: Profile, path: str, r4: Field) -> tuple[str, ...]:
    """The R4 types of an element, without the variants that are prohibited."""
    below = path.rpartition(".")[0]
    keys = {key: f"{below}.{key}" if below else key for key in r4.json}
    groups = structure(index()["r4"]).groups
    types = (type_ for key, type_ in r4.json.items() if keys[key] not in profile.prohibited)
    return tuple(dict.fromkeys("BackboneElement" if type_ in groups else type_ for type_ in types))


def _slice(name: str, part: dict[str, Any]) -> tuple[str, str, str, str]:
    return name, part.get("system", ""), part.get("cardinality", ""), part.get("binding", "")


def _fixed(fixed: str | dict[str, str] | None) -> tuple[str, str]:
    if isinstance(fixed, dict):
        return fixed["code"], terminology().display.get((fixed["system"], fixed["code"]), "")
    return fixed or "", ""


def _fki(profile: Profile, path: str, raw: dict[str, Any]) -> tuple[str, ...]:
    """The element's own term, else those of the warehouse columns taken from it."""
    own = raw["elements"].get(path, {}).get("fki")
    if own:
        return (own,)
    starts = spellings(profile.type, path)
    columns = [column for column in raw.get("columns", ()) if "fki" in column]
    from_it = [c["fki"] for c in columns if any(_within(c["path"], start) for start in starts)]
    return tuple(dict.fromkeys(from_it))


def _within(path: str, start: str) -> bool:
    rest = path.removeprefix(start)
    return path.startswith(start) and rest.partition(":")[0] in ("", ".coding", ".code", ".coding.code")
