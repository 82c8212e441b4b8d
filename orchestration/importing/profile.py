"""One `ProfileDraft` is one profile of a package in our format: elements with their rules, what is prohibited, what needs code."""

from dataclasses import dataclass, field, replace
from typing import Any

from orchestration.importing import rules
from orchestration.importing.elements import Element, elements, own_elements, untyped
from orchestration.importing.fhir import StructureDefinition, Type
from orchestration.importing.grammar import Place, identifier_name, place
from orchestration.importing.library import Library
from orchestration.importing.rules import DraftRule, Scope
from orchestration.importing.slices import told_apart_by

FKI = "[DK] "
"""How the guides mark the term of the Danish information model in an element's short description."""


@dataclass(slots=True)
class ProfileDraft:
    """Rules by id in three groups, slices by element path, Danish terms by element path.

    `cardinalities` is what the package says of every element by `untyped` path, whether a rule of ours follows or not.
    `when` tells, for a prohibited slice, which value makes an item one of it.
    """

    key: str
    canonical: str
    type: str
    rules: dict[str, DraftRule] = field(default_factory=dict)
    prohibited: dict[str, DraftRule] = field(default_factory=dict)
    needs_code: dict[str, DraftRule] = field(default_factory=dict)
    slices: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    when: dict[str, dict[str, Any]] = field(default_factory=dict)
    fki: dict[str, str] = field(default_factory=dict)
    cardinalities: dict[str, str] = field(default_factory=dict)


def profile_draft(structure: StructureDefinition, library: Library, keys: dict[str, str]) -> ProfileDraft:
    """Draft one profile. `keys` are the short keys of all profiles of the package by canonical."""
    return _Walk(structure, library, keys).run()


class _Walk:
    """One pass over the elements of one profile, parents before children."""

    def __init__(self, structure: StructureDefinition, library: Library, keys: dict[str, str]) -> None:
        self.library = library
        self.elements = {element.key: element for element in elements(structure, library)}
        self.draft = ProfileDraft(keys[structure.url], structure.url, structure.type)
        base = structure.baseDefinition
        inherited = f"{library.origin.get(base, 'hl7.fhir.r4.core 4.0.1')} {base.rsplit('/', 1)[-1]}"
        own = f"{library.origin[structure.url]} {structure.url.rsplit('/', 1)[-1]}"
        self.scope = Scope(self.draft.key, keys, own, inherited)
        self.typed = self._typed_choices()
        self.gone: list[str] = []

    def run(self) -> ProfileDraft:
        for key, element in self.elements.items():
            where = place(self._collapsed(key), self.typed)
            self.draft.cardinalities[untyped(where.fhirpath)] = element.cardinality
            if self._is_gone(key, element) or _is_inside_extension(key):
                continue
            if element.is_prohibited:
                self._prohibit(key, where, element)
                continue
            if "." in key:
                self._allow(key, where, element)
            for rule in rules.invariants(element, where, self.scope):
                self.draft.needs_code[rule.id] = rule
        return self.draft

    def _is_gone(self, key: str, element: Element) -> bool:
        """Below, or a slice of, what is prohibited; a slice that the profile itself takes away too has a rule of its own."""
        for gone in self.gone:
            if key.startswith(f"{gone}."):
                return True
            if key.startswith(f"{gone}:") and not (element.is_prohibited and "max" in element.states):
                return True
        return False

    def _prohibit(self, key: str, where: Place, element: Element) -> None:
        base = key.rpartition(":")[0] if where.is_slice_itself else ""
        source = self.scope.source if "max" in element.states else self.scope.inherited
        rule_id = f"{self.draft.key}.{where.spot}.prohibited"
        rule = DraftRule(rule_id, where, "prohibited", f"{source} {key}", {}, kind="prohibited", constraint="max 0")
        if where.is_slice_itself and not where.is_choice:
            told = told_apart_by(key, self.elements, self.library)
            if base in self.gone:
                self.draft.when[rule_id] = told
            else:
                self.draft.rules[rule_id] = rule
                self.draft.slices.setdefault(where.path, {})[where.slice] = {**told, "cardinality": "0..0"}
        if rule_id not in self.draft.rules:
            self.draft.prohibited[rule_id] = rule
        self.gone.append(key)

    def _allow(self, key: str, where: Place, element: Element) -> None:
        definition = element.definition
        found = rules.element_rules(element, where, self.scope)
        if key in self.typed:
            found = [rule for rule in found if rule.role not in ("type", "target")]  # the extension itself says so
            if "min" not in element.states:  # nor does the profile count here: the id then doesn't name the type
                bare = rules.element_rules(element, place(key), self.scope)
                found = [rule for rule in found if rule.role != "required"]
                found = [rule for rule in bare if rule.role == "required"] + found
        self.draft.rules |= {rule.id: rule for rule in found}
        if definition.short.startswith(FKI):
            term = definition.short.removeprefix(FKI).split(" (")[0].removeprefix("FSIII ")
            self.draft.fki.setdefault(where.path, term.strip())
        if where.is_slice_itself and not where.is_choice and "extension:" not in key:
            told = told_apart_by(key, self.elements, self.library)
            record = {**told, "cardinality": element.cardinality}
            bound = {name: rule.element[name] for rule in found for name in ("binding",) if name in rule.element}
            self.draft.slices.setdefault(where.path, {})[where.slice] = record | bound
        for kind in definition.type:
            for url in kind.profile:
                structure = self.library.structures.get(url)
                if structure and kind.code != "Extension" and structure.kind != "resource":
                    self._data_type(self._collapsed(f"{key}.")[:-1], structure)

    def _data_type(self, key: str, structure: StructureDefinition) -> None:
        """The rules of a data type profile, such as the CPR identifier of dk-core, at the element that has that type."""
        origin = self.library.origin[structure.url]
        scope = Scope(
            self.draft.key, self.scope.profiles, f"{origin} {structure.url.rsplit('/', 1)[-1]}", self.scope.inherited
        )
        for definition in own_elements(structure):
            if "." not in definition.key:
                continue
            element = Element(definition, frozenset({"min", "max", "value", "binding", "type", "constraint"}))
            where = place(f"{key}.{definition.key.split('.', 1)[1]}", self.typed)
            for rule in rules.element_rules(element, where, scope):
                cardinality = {"cardinality": f"{element.minimum}..1"} if rule.role == "required" else {}
                self.draft.rules[rule.id] = replace(rule, element=rule.element | cardinality)
            if pattern := rules.format_of(definition.constraint):
                name = identifier_name(structure.url)
                self.draft.rules[f"{self.draft.key}.{where.spot}.{name}"] = DraftRule(
                    f"{self.draft.key}.{where.spot}.{name}", where, name, f"{scope.source} {definition.key}",
                    {"pattern": pattern}, kind="format",
                )  # fmt: skip

    def _collapsed(self, key: str) -> str:
        """Without a slice that must be there where only one item may be: it is the element itself."""
        parts = key.split(".")
        for number, part in enumerate(parts[:-1]):
            name, _, cut = part.partition(":")
            if cut and not name.endswith("[x]"):
                base = ".".join([*parts[:number], name])
                whole = ".".join([*parts[:number], part])
                only, slice_ = self.elements.get(base), self.elements.get(whole)
                if only and slice_ and only.definition.max == "1" and slice_.minimum >= 1:
                    parts[number] = name
        return ".".join(parts)

    def _typed_choices(self) -> dict[str, str]:
        """Choices inside an extension that are left with one type: the id then names it, by element id."""
        found = {}
        for key in self.elements:
            head, dot, _ = f"{key}.".partition(".value[x].")
            if dot and "extension:" in head:
                choice = self.elements.get(f"{head}.value[x]")
                types = choice.definition.type if choice else self._extension_types(self.elements.get(head))
                if len(types) == 1:
                    found[f"{head}.value[x]"] = types[0].code[:1].upper() + types[0].code[1:]
        return found

    def _extension_types(self, parent: Element | None) -> tuple[Type, ...]:
        urls = [url for kind in parent.definition.type for url in kind.profile] if parent else []
        for structure in (self.library.structures[url] for url in urls if url in self.library.structures):
            for definition in own_elements(structure):
                if definition.key == "Extension.value[x]":
                    return definition.type
        return ()


def _is_inside_extension(key: str) -> bool:
    """url and extension of an extension: its own definition and the common rules decide them."""
    head, _, last = key.rpartition(".")
    return "extension:" in head.rsplit(".", 1)[-1] and last in ("url", "extension", "id")
