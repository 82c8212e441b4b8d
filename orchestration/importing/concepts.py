"""One `Node` is one concept of a code system: its title, what stands above it, and its properties."""

from dataclasses import dataclass, field

from orchestration.importing.fhir import CodeConcept, CodeSystem

BELOW = frozenset({"child"})
ABOVE = frozenset({"parent", "subsumedBy"})
"""Properties by which a flat code system says its hierarchy."""


@dataclass(slots=True)
class Node:
    """`parent` is the nearest concept above, empty at the top; `level` 0 at the top."""

    display: str
    parent: str
    level: int
    properties: dict[str, str]


@dataclass(slots=True)
class Concepts:
    """The concepts of one code system by code, in its order, and those right below each."""

    nodes: dict[str, Node] = field(default_factory=dict)
    children: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, system: CodeSystem) -> "Concepts":
        """Read the hierarchy: of nested concepts, and of parent and child properties."""
        found = cls()
        waiting: list[tuple[CodeConcept, str, int]] = [(concept, "", 0) for concept in reversed(system.concept)]
        while waiting:
            concept, parent, level = waiting.pop()
            properties = {p.code: p.text for p in concept.property}
            above = [p.text for p in concept.property if p.code in ABOVE]
            found.nodes.setdefault(
                concept.code, Node(concept.display, parent or next(iter(above), ""), level, properties)
            )
            for one in ([parent] if parent else []) + above:
                found.children.setdefault(one, set()).add(concept.code)
            for child in (p.text for p in concept.property if p.code in BELOW):
                found.children.setdefault(concept.code, set()).add(child)
            waiting += [(child, concept.code, level + 1) for child in reversed(concept.concept)]
        return found

    def below(self, code: str) -> set[str]:
        """All concepts below one, at any depth; a circle ends where it began."""
        found: set[str] = set()
        waiting = [code]
        while waiting:
            new = self.children.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        return (found - {code}) & set(self.nodes)
