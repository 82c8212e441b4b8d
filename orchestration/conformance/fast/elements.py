"""One `Element` is one coded element of a profile, which stays raw: where it stands and which columns it fills."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from orchestration.conformance.fast.labels import MANY
from orchestration.conformance.fast.shape import Group
from orchestration.conformance.library import Guide, Profile
from orchestration.conformance.terminology import terminology


class Element(NamedTuple):
    """Its JSON keys, its FHIRPath with indices, the table columns made from it, whether it is a primitive (holds no coding)."""

    path: tuple[str, ...]
    names: tuple[tuple[str, int], ...]
    columns: tuple[int, ...]
    plain: bool


def by_size(guide: Guide, profile: Profile, shape: Group) -> tuple[tuple[Element, ...], tuple[Element, ...]]:
    """Elements of few different contents, and those with a large value set or with codes of the sender's own."""
    found = list(_elements(profile, shape, (), ()))
    large = tuple(element for element in found if _is_large(guide, profile, element))
    return tuple(element for element in found if element not in large), large


def runs(few: tuple[Element, ...], large: tuple[Element, ...]) -> tuple[tuple[Element, ...], ...]:
    """Elements of few contents with codings, in sorted order, as runs before, between and after the large ones."""
    found: list[list[Element]] = [[]]
    for element in sorted((*few, *large)):
        if element in large:
            found.append([])
        elif not element.plain:
            found[-1].append(element)
    return tuple(tuple(run) for run in found)


def _elements(profile: Profile, group: Group, path: tuple[str, ...], names: tuple[Any, ...]) -> Iterator[Element]:
    for node in group.nodes:
        here = (*path, node.key)
        if node.group is not None:
            yield from _elements(profile, node.group, here, (*names, (node.name, 0 if node.many else -1)))
        elif node.value is None:
            columns = tuple(n for n, c in enumerate(profile.columns) if keys(c["path"])[: len(here)] == here)
            yield Element(here, (*names, (node.name, 0 if node.many else -1)), columns, node.plain)


def _is_large(guide: Guide, profile: Profile, element: Element) -> bool:
    if element.plain:
        return False
    path, codes = ".".join(element.path), terminology().codes
    said = [profile.elements[at] for at in (path, f"{path}.coding") if at in profile.elements]
    sets = {each.binding for each in said}
    if element.path[-1] == "extension":
        context = ".".join((profile.type, *element.path[:-1]))
        sets |= {extension.binding for extension in guide.extensions.values() if context in extension.contexts}
    return any(each.slices for each in said) or any(len(codes.get(name or "", ())) >= MANY for name in sets)


def keys(path: str) -> tuple[str, ...]:
    """The JSON keys of a column's path."""
    return tuple(token.partition(":")[0] for token in path.split("."))
