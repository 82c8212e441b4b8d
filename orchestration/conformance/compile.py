"""One compiled check is one closure per element: profile data in, functions `(value, walk, path)` out. Built once per guide.

A closure never decides more than its own element: shape and format first, then number, then what the profile says about
the content. Content below a broken shape or number is not judged (one root fault, one finding).
"""

from functools import cache
from typing import Any

from orchestration.conformance import closures, codes, contents, extensions, identifiers, library, references
from orchestration.conformance.closures import Check
from orchestration.conformance.library import Element, Guide, Profile
from orchestration.conformance.structure import Field, structure
from orchestration.conformance.walk import Path, Walk

TYPES = {"string": str, "number": (int, float), "boolean": bool}
R4 = "r4-4.0.1"
PLAIN = "(plain)"  # a Reference that its caller resolves


class Compiler:
    """Builds the checks of one profile; types that the profile says nothing about are shared over all profiles."""

    def __init__(self, guide: Guide, profile: Profile | None) -> None:
        self.guide, self.profile, self.r4 = guide, profile, structure(R4)
        self.elements: dict[str, Element] = profile.elements if profile else {}
        self.prohibited: dict[str, str] = profile.prohibited if profile else {}

    def resource(self) -> Check:
        """The check of a whole resource of the profile."""
        assert self.profile is not None
        return self.object(self.profile.type, "", {"resourceType": contents.nothing})

    def element(self, path: tuple[str, ...]) -> Check:
        """The check of one JSON element of the profile by itself; `path`: JSON keys from the resource."""
        assert self.profile is not None
        type_name, below = self.profile.type, ""
        fields: dict[str, Check] = {}
        for key in path:
            field = next(f for f in self.r4.types[type_name] if key in f.json)
            below = f"{below}.{field.key}" if below else field.key
            type_name = field.json[key]
        self._field(field, below, fields)
        return fields[path[-1]]

    def object(self, type_name: str, path: str, extra: dict[str, Check] | None = None) -> Check:
        """The check of an object of a type at a profile path ("" is the resource itself)."""
        fields: dict[str, Check] = dict(extra or {})
        required: list[tuple[tuple[str, ...], str, str]] = []
        choices: list[tuple[tuple[str, ...], str]] = []
        for field in self.r4.types[type_name]:
            below = f"{path}.{field.key}" if path else field.key
            self._field(field, below, fields)
            names = tuple(key for key in field.json if self._prohibition(below, path, key) is None)
            element = self.elements.get(below)
            if element and "required" in element.rules:
                required.append((names, field.name, element.rules["required"]))
            if len(names) > 1:
                choices.append((names, field.name))
        if type_name in self.r4.groups or type_name in self.r4.resources - {"Bundle"}:
            fields["modifierExtension"] = contents.rule("common.modifierExtension.unknown", "modifierExtension")
        return closures.object_(fields, tuple(required), tuple(choices), tuple(self._after(type_name, path)))

    def _prohibition(self, below: str, path: str, key: str) -> str | None:
        return self.prohibited.get(below) or self.prohibited.get(f"{path}.{key}" if path else key)

    def _field(self, field: Field, below: str, fields: dict[str, Check]) -> None:
        element = self.elements.get(below)
        parent = below.rpartition(".")[0]
        for key, type_name in field.json.items():
            rule_id = self._prohibition(below, parent, key)
            if rule_id is None and element and element.type and element.type != type_name and len(field.json) > 1:
                rule_id = element.rules["type"]
            when = self.profile.prohibited_when.get(below) if self.profile else None
            if rule_id and when:
                fields[key] = contents.prohibited_when(rule_id, *when, field.name)
            elif rule_id:
                fields[key] = fields[f"_{key}"] = contents.rule(rule_id, field.name)
            if rule_id:
                continue
            fields[key] = self._item(field, type_name, below, element)
            if type_name in self.r4.primitives:
                fields[f"_{key}"] = (
                    closures.many(shared("Element"), field.name, None)
                    if field.many
                    else closures.one(shared("Element"), field.name, None)
                )

    def _item(self, field: Field, type_name: str, below: str, element: Element | None) -> Check:
        rules = element.rules if element else {}
        single = (
            rules.get("required") or rules.get("max") if element and str(element.cardinality).endswith("1") else None
        )
        if type_name == "Extension":
            return extensions.field(self, below, element)
        if type_name == "Resource":
            return contents.contained if field.name == "contained" else contents.nothing
        if below == "identifier" and "cpr.required" in rules:
            return identifiers.citizen(self.object("Identifier", below), rules, self.elements)
        if type_name in self.r4.primitives:
            return self._primitive(field, type_name, element, single)
        check = self.object(type_name, below) if self._says_something(below) else shared(type_name)
        if field.name == "text" and type_name == "Narrative":
            check = contents.and_rule(check, "resource.text.no-free-text")
        return (
            closures.many(check, field.name, single)
            if field.many
            else closures.one(check, field.name, rules.get("max"))
        )

    def _primitive(self, field: Field, type_name: str, element: Element | None, single: str | None) -> Check:
        shape = self.r4.primitives[type_name]
        kind, format_rule = TYPES[shape["json"]], shape.get("format")
        if field.many:
            return closures.primitives(kind, format_rule, field.name, single)
        rules = element.rules if element else {}
        value_set = codes.TERMS.codes[element.binding] if element and element.binding and "valueset" in rules else None
        fixed = element.fixed if element and isinstance(element.fixed, str) and "fixed" in rules else None
        if element and element.path.rpartition(".")[0].endswith("identifier"):
            fixed = None  # identifiers.py tells which identifier was meant
        content = contents.content(rules, value_set, fixed)
        return closures.primitive(kind, format_rule, field.name, rules.get("max"), content)

    def _says_something(self, path: str) -> bool:
        dot = path + "."
        return path in self.elements or any(p.startswith(dot) for p in (*self.elements, *self.prohibited))

    def _after(self, type_name: str, path: str) -> list[Check]:
        """What is judged once the shape of an object is right: bindings, fixed codings, slices, references, periods."""
        element = self.elements.get(path)
        rules = element.rules if element else {}
        found: list[Check] = []
        if type_name == "Coding":
            untitled = f"{path}.display" in self.prohibited
            found.append(codes.check_untitled if untitled else codes.check_coding)
        if type_name == "Period" and f"{path}.end" not in self.prohibited:
            found.append(contents.period)
        if element and element.binding and "valueset" in rules and type_name in ("Coding", "CodeableConcept"):
            binding = codes.Binding(element.binding, rules["valueset"], element.otherwise)
            found.append(binding.coding if type_name == "Coding" else binding.concept)
        if element and isinstance(element.fixed, dict) and type_name == "Coding":
            above = self.elements.get(path.rpartition(".")[0])
            value_set = element.binding or (above.binding if above else None)
            found.append(codes.Fixed(element.fixed, rules["fixed"], value_set).coding)
        codings = self.elements.get(f"{path}.coding")
        if codings and codings.slices and type_name == "CodeableConcept":
            beside = "plannedIntervention.level2.required-with-level3"
            assert self.profile is not None
            found.append(
                codes.Slices(
                    codings.slices, codings.rules, beside if beside in self.profile.functions else None
                ).concept
            )
        if type_name == "Identifier" and path == "managingOrganization.identifier":
            found.append(identifiers.organisation(self.elements))
        if type_name == "Coding" and (code := self.elements.get(f"{path}.code")) and "fixed" in code.rules:
            found.append(contents.needs("code", code.rules["fixed"]))
        if type_name == "Reference":
            found += self._reference(element, path)
        return found

    def _reference(self, element: Element | None, path: str) -> list[Check]:
        if path == PLAIN or f"{path}.reference" in self.prohibited:
            return []
        if element is None or not element.targets:
            return [references.check_any]
        types = {key: profile.type for key, profile in self.guide.profiles.items()}
        logical = "goal.condition.included" if element.rules.get("target") == "goal.addresses.target" else None
        return [references.Reference(element, element.rules, types, logical)]


@cache
def shared(type_name: str) -> Check:
    """The check of a data type that no profile constrains; recursive types refer to it by name."""
    guide = library.guide(library.GUIDES[0])
    if type_name == "Element":
        return closures.object_(
            {
                "id": closures.primitive(str, None, "id", None, None),
                "extension": extensions.field(Compiler(guide, None), "", None),
            },
            (),
            (),
            (),
        )
    compiled: list[Check] = []

    def late(value: Any, walk: Walk, path: Path) -> None:
        if not compiled:
            name, _, place = type_name.partition(" ")
            compiled.append(Compiler(guide, None).object(name, place))
        compiled[0](value, walk, path)

    return late
