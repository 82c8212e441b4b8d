"""One expansion is the codes of one value set, and what of it could not be found in the packages given."""

from dataclasses import dataclass, field

from orchestration.importing.concepts import Concepts, Node
from orchestration.importing.fhir import CodeSystem, Contains, Filter, Include, ValueSet
from orchestration.importing.library import Library, name_of, plain

Codes = dict[tuple[str, str], str]
"""(system, code) → display."""


DEEPEST = 50
"""Value sets made of value sets made of value sets."""

HL7 = ("http://hl7.org/", "http://terminology.hl7.org/")


@dataclass(slots=True)
class Expanded:
    """`gaps` say, for a person, what is missing; empty when the expansion is whole. `uses` are the value sets it is made of."""

    codes: Codes = field(default_factory=dict)
    gaps: list[str] = field(default_factory=list)
    uses: list[str] = field(default_factory=list)


class Expander:
    """Expands value sets of a library; `known` are code lists of ours that stand in for HL7's, which no guide's package has."""

    def __init__(self, library: Library, known: dict[str, Codes]) -> None:
        self._library = library
        self._known = known
        self._concepts: dict[str, Concepts] = {}
        self._done: dict[str, Expanded] = {}
        self._open: list[str] = []

    def expand(self, canonical: str) -> Expanded:
        """The codes of a value set, following value sets in it and down the hierarchies of its code systems."""
        url = plain(canonical)
        if url in self._done:
            return self._done[url]
        if url in self._open or len(self._open) > DEEPEST:
            return Expanded(gaps=[f"{name_of(url)} is made of itself, or of too many others"])
        self._open.append(url)
        try:
            result = self._expanded(url)
        finally:
            self._open.pop()
        self._done[url] = result
        return result

    def _expanded(self, url: str) -> Expanded:
        value_set = self._library.value_sets.get(url)
        if value_set is None:
            known = self._known.get(name_of(url), {}) if url.startswith(HL7) else {}
            return Expanded(dict(known), [] if known else [f"{url} is in none of the packages given"])
        result = Expanded()
        for include in value_set.compose.include:
            result.codes |= self._part(include, result)
        for exclude in value_set.compose.exclude:
            for code in self._part(exclude, result):
                result.codes.pop(code, None)
        if (result.gaps or not value_set.compose.include) and value_set.expansion:
            ready = _contained(value_set)
            if ready:
                return Expanded(ready, [], result.uses)
        return result

    def _part(self, include: Include, result: Expanded) -> Codes:
        """The codes that all conditions of one include or exclude have in common."""
        found: Codes | None = self._of_system(include, result) if include.system else None
        for url in include.valueSet:
            result.uses.append(plain(url))
            inner = self.expand(url)
            result.gaps += [gap for gap in inner.gaps if gap not in result.gaps]
            start = inner.codes if found is None else found
            found = {code: display for code, display in start.items() if code in inner.codes}
        return found or {}

    def _of_system(self, include: Include, result: Expanded) -> Codes:
        url = plain(include.system)
        system = self._library.code_systems.get(url)
        concepts = self.concepts(system) if system else None
        if include.concept:
            nodes = concepts.nodes if concepts else {}
            return {
                (url, c.code): c.display or (nodes[c.code].display if c.code in nodes else "") for c in include.concept
            }
        if system is None or concepts is None or system.content not in ("complete", "fragment") or not concepts.nodes:
            return _gap(result, f"the codes of {url} are in none of the packages given")
        chosen = set(concepts.nodes)
        for one in include.filter:
            kept = _matching(concepts, one)
            if kept is None:
                return _gap(
                    result, f"a filter on {url} ({one.property} {one.op}) is unknown, or names no concept of it"
                )
            chosen &= kept
        return {(url, code): node.display for code, node in concepts.nodes.items() if code in chosen}

    def concepts(self, system: CodeSystem) -> Concepts:
        """The concepts of a code system, read once."""
        if system.url not in self._concepts:
            self._concepts[system.url] = Concepts.of(system)
        return self._concepts[system.url]


def _gap(result: Expanded, text: str) -> Codes:
    if text not in result.gaps:
        result.gaps.append(text)
    return {}


def _matching(concepts: Concepts, one: Filter) -> set[str] | None:
    """The codes a filter keeps; None when it isn't understood."""
    values = {value.strip() for value in one.value.split(",")}
    if one.property == "concept" and one.op in ("is-a", "descendent-of", "is-not-a", "generalizes"):
        if one.value not in concepts.nodes:
            return None
        below = concepts.below(one.value)
        if one.op == "generalizes":
            return {code for code in concepts.nodes if one.value in concepts.below(code)} | {one.value}
        if one.op == "is-not-a":
            return set(concepts.nodes) - below - {one.value}
        return below | {one.value} if one.op == "is-a" else below
    kept: set[str] = set()
    for code, node in concepts.nodes.items():
        text = _property(code, node, one.property)
        match one.op:
            case "=":
                holds = text == one.value
            case "in":
                holds = text in values
            case "not-in":
                holds = text not in values
            case "exists":
                holds = bool(text) == (one.value == "true")
            case _:
                return None
        if holds:
            kept.add(code)
    return kept


def _property(code: str, node: Node, name: str) -> str:
    own = {"code": code, "concept": code, "display": node.display, "parent": node.parent}
    return own.get(name, node.properties.get(name, ""))


def _contained(value_set: ValueSet) -> Codes:
    found: Codes = {}
    waiting: list[Contains] = list(value_set.expansion.contains) if value_set.expansion else []
    while waiting:
        one = waiting.pop(0)
        if one.code and not one.abstract:
            found[plain(one.system), one.code] = one.display
        waiting = [*one.contains, *waiting]
    return found
