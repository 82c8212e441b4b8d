"""One `DraftRule` is one rule that a package's element implies: its id by our grammar, its place, and what it demands."""

import re
from dataclasses import dataclass
from typing import Any

from orchestration.conformance.structure import structure
from orchestration.importing.elements import R4, Element, r4_field
from orchestration.importing.fhir import Constraint, Type
from orchestration.importing.grammar import Place
from orchestration.importing.library import name_of

EVERYWHERE = re.compile(r"(ele|ext|dom|ref|per|qty|rat|sdd|att|ns)-\d+")
"""Invariants of all elements, resources or data types: one rule of common.yml decides each, not one per element."""

REGEX = re.compile(r"matches\('(.*)'\)", re.DOTALL)
HL7 = "http://hl7.org/fhir/StructureDefinition/"


@dataclass(frozen=True, slots=True)
class DraftRule:
    """`role` is the last part of the id. `element` is what the record of the element says beside its rules.

    `value_set` is the canonical of a bound value set, `human` the guide's own words for an invariant.
    """

    id: str
    place: Place
    role: str
    source: str
    element: dict[str, Any]
    kind: str = ""
    severity: str = "error"
    constraint: str = ""
    human: str = ""
    value_set: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a rule needs to know of its profile: its key, the keys of all profiles by canonical, and where it is from."""

    key: str
    profiles: dict[str, str]
    source: str
    inherited: str


def element_rules(element: Element, place: Place, scope: Scope) -> list[DraftRule]:
    """The rules of one element that may be reported, in the order a reader expects."""
    definition = element.definition
    found: list[DraftRule] = []

    def rule(role: str, said: tuple[str, ...], **parts: Any) -> None:
        source = scope.source if element.states & set(said) else scope.inherited
        data = {name: value for name, value in parts.items() if name in ("kind", "constraint", "value_set")}
        said_of_element = {name: value for name, value in parts.items() if name not in data}
        rule_id = f"{scope.key}.{place.spot}.{role}"
        found.append(DraftRule(rule_id, place, role, f"{source} element {element.key}", said_of_element, **data))

    if role := _count(element, place):
        rule(role, ("min", "max"), cardinality=element.cardinality)
    if types := _types(element):
        rule("type", ("type",), type=" | ".join(types))
    for kind in definition.type:
        if kind.profile and kind.code not in ("Extension", "Reference") and not place.is_slice_itself:
            if _is_resource(kind.code):
                continue
            rule("type", ("type",), kind="format", constraint=f"type profile {name_of(kind.profile[0])}")
    if definition.binding and definition.binding.strength == "required":
        value_set = definition.binding.valueSet
        rule("valueset", ("binding",), binding=name_of(value_set), value_set=value_set)
    if definition.value is not None:
        rule("fixed", ("value",), fixed=fixed(definition.value))
    if definition.slicing and definition.slicing.rules == "closed":
        rule("closed", ("slicing",))
    if targets := _targets(definition.type):
        rule("target", ("type",), targets=[scope.profiles.get(url, name_of(url)) for url in targets])
    if any("bundled" in kind.aggregation for kind in definition.type):
        rule("bundled", ("type",))
    return found


def invariants(element: Element, place: Place, scope: Scope) -> list[DraftRule]:
    """What can't be said of one element alone: invariants to write as code, and which resources a report may hold."""
    found = []
    for constraint in element.definition.constraint:
        if EVERYWHERE.fullmatch(constraint.key):
            continue
        is_own = constraint.source in ("", scope.source) or "constraint" in element.states
        source = scope.source if is_own else scope.inherited
        found.append(
            DraftRule(
                f"{scope.key}.invariant.{constraint.key}", place, "invariant", f"{source} {element.key}", {},
                kind="invariant", severity=constraint.severity, constraint=flat(constraint.expression),
                human=flat(constraint.human),
            )
        )  # fmt: skip
    resources = [kind for kind in element.definition.type if _is_resource(kind.code) and kind.code != "Resource"]
    if resources and "type" in element.states:
        names = [scope.profiles.get(next(iter(kind.profile), ""), kind.code) for kind in resources]
        found.append(
            DraftRule(
                f"{scope.key}.{place.spot}.allowed", place, "allowed", f"{scope.source} {element.key}", {},
                kind="prohibited", constraint=f"resource is one of: {' or '.join(names)}",
            )
        )  # fmt: skip
    return found


def format_of(constraints: tuple[Constraint, ...]) -> str:
    """The regular expression that a text must match; empty when there is none."""
    matches = (REGEX.fullmatch(flat(constraint.expression)) for constraint in constraints)
    return next((match.group(1).replace("\\\\", "\\") for match in matches if match), "")


def fixed(value: Any) -> Any:
    """A fixed or pattern value as our records write it: text, or system and code of a coding."""
    if isinstance(value, dict):
        coding = value["coding"][0] if isinstance(value.get("coding"), list) and value["coding"] else value
        if isinstance(coding, dict) and "code" in coding:
            return {"system": str(coding.get("system", "")), "code": str(coding["code"])}
        return flat(repr(sorted(value.items())))
    return str(value).lower() if isinstance(value, bool) else str(value)


def flat(text: str) -> str:
    """Text on one line."""
    return " ".join(text.split())


def _count(element: Element, place: Place) -> str:
    """The role of the rule about how often the element occurs, or empty when it says no more than R4."""
    definition, states = element.definition, element.states
    is_new_slice = place.is_slice_itself and not place.is_choice and {"min", "max"} <= states
    if is_new_slice:
        return "cardinality"
    if element.minimum >= 1:
        return "" if definition.value is not None and place.path.endswith("url") else "required"
    narrowed = definition.base is not None and definition.base.max == "*" and definition.max == "1"
    if narrowed or (place.is_choice and definition.max == "1" and "max" in states):
        return "max" if element.is_own or not place.is_slice_itself else ""
    return ""


def _types(element: Element) -> list[str]:
    """The types that are left of a choice, when some were taken away; references speak through their targets."""
    definition = element.definition
    if not definition.path.endswith("[x]") or ":" in definition.key.rsplit(".", 1)[-1]:
        return []
    left = [kind.code for kind in definition.type]
    field = r4_field(definition.path)
    narrowed = len(left) < len(field.json) if field else "type" in element.states
    return left if left and narrowed and left != ["Reference"] else []


def _targets(types: tuple[Type, ...]) -> list[str]:
    urls = [url for kind in types if kind.code == "Reference" for url in kind.targetProfile]
    return urls if any(not url.startswith(HL7) for url in urls) else []


def _is_resource(code: str) -> bool:
    return code in structure(R4).resources or code == "Resource"
