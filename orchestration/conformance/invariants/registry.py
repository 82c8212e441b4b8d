"""One `Invariant` is one rule id and the function that tells whether a resource breaks it, and where."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orchestration.conformance.references import find
from orchestration.conformance.terminology import Code
from orchestration.conformance.walk import Object, Path, Walk

Judge = Callable[[Object, Walk], bool]
SEGMENT = re.compile(r"(\w+)(?:\[(\d+)\])?")


@dataclass(frozen=True, slots=True)
class Invariant:
    """`broken(resource, walk)` is True when the rule is broken at `spot` (name, index) below the resource.

    `reads`: the element whose references the function follows; it may read no other resource than those ("" = none but
    its own), and with `siblings` those of its profile that point at the same one, in their order. The fast path rests on it.
    """

    rule_id: str
    spot: tuple[tuple[str, int], ...]
    broken: Judge
    reads: str = ""
    siblings: bool = False


INVARIANTS: dict[str, Invariant] = {}


def broken_when(rule_id: str, spot: str = "", *, reads: str = "", siblings: bool = False) -> Callable[[Judge], Judge]:
    """Register a function as the decision of one rule."""

    def register(function: Judge) -> Judge:
        pairs = tuple((m[1], int(m[2]) if m[2] else -1) for m in SEGMENT.finditer(spot))
        INVARIANTS[rule_id] = Invariant(rule_id, pairs, function, reads, siblings)
        return function

    return register


def place(path: Path, spot: tuple[tuple[str, int], ...]) -> Path:
    """The path of a spot below a resource."""
    for name, index in spot:
        path = (path, name, index)
    return path


def code_of(o: Object, name: str) -> str | None:
    """The code of the first coding of a CodeableConcept (the first one where it repeats)."""
    concept = o.get(name)
    if type(concept) is list and concept:
        concept = concept[0]
    codings = concept.get("coding") if type(concept) is dict else None
    first = codings[0] if type(codings) is list and codings else None
    found = first.get("code") if type(first) is dict else None
    return found if type(found) is str else None


def codes_of(concept: Any) -> set[Code]:
    """All (system, code) of a CodeableConcept; of another resource's too, which may be malformed."""
    codings = concept.get("coding") if type(concept) is dict else None
    pairs = [(c.get("system"), c.get("code")) for c in codings if type(c) is dict] if type(codings) is list else []
    return {(system, code) for system, code in pairs if type(system) is str and type(code) is str}


def targets(o: Object, name: str, walk: Walk) -> list[Object]:
    """The resources that the references of an element resolve to, within the report."""
    found = []
    for reference in o.get(name, ()):
        literal = reference.get("reference")
        entry = find(literal, walk.report) if type(literal) is str else None
        if entry is not None and type(entry.resource) is dict:
            found.append(entry.resource)
    return found


def extensions(o: Object, url_end: str) -> list[int]:
    """Indices of the extensions whose url ends so."""
    return [i for i, e in enumerate(o.get("extension", ())) if str(e.get("url", "")).endswith("/" + url_end)]
