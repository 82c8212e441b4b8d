"""One slice is one kind of item of a repeating element; here, the value by which it is told apart from the others."""

from typing import Any

from orchestration.importing.elements import Element, own_elements
from orchestration.importing.library import Library
from orchestration.importing.rules import fixed


def told_apart_by(key: str, elements: dict[str, Element], library: Library) -> dict[str, Any]:
    """`{discriminator path: value}` of the slice with this element id, for instance `{system: urn:oid:1.2.208.176.1.2}`.

    The value stands below the slice, or in the data type profile of something on the way there.
    """
    base = elements.get(key.rpartition(":")[0])
    if base is None or base.definition.slicing is None:
        return {}
    found: dict[str, Any] = {}
    for discriminator in base.definition.slicing.discriminator:
        if discriminator.type in ("value", "pattern"):
            value = _value(key, discriminator.path, elements, library)
            if value is not None:
                found[discriminator.path] = fixed(value)
    return found


def _value(key: str, path: str, elements: dict[str, Element], library: Library) -> Any:
    parts = [] if path == "$this" else path.split(".")
    for number in range(len(parts), -1, -1):
        element = elements.get(".".join([key, *parts[:number]]))
        if element is None:
            continue
        if number == len(parts) and element.definition.value is not None:
            return element.definition.value
        for kind in element.definition.type:
            for structure in (library.structures[url] for url in kind.profile if url in library.structures):
                for own in own_elements(structure):
                    if own.key == ".".join([structure.type, *parts[number:]]) and own.value is not None:
                        return own.value
    return None
