"""One `ExtensionDraft` is one extension of a package in our format: url, value type, where it belongs, its rules."""

from dataclasses import dataclass, field
from typing import Any

from orchestration.importing import rules
from orchestration.importing.elements import elements
from orchestration.importing.fhir import StructureDefinition
from orchestration.importing.grammar import place
from orchestration.importing.library import Library
from orchestration.importing.rules import DraftRule, Scope

VALUE = "Extension.value[x]"


@dataclass(slots=True)
class ExtensionDraft:
    """`says` is what the record of the extension says beside its rules: type, contexts, targets, binding."""

    key: str
    url: str
    says: dict[str, Any] = field(default_factory=dict)
    rules: dict[str, DraftRule] = field(default_factory=dict)


def extension_draft(structure: StructureDefinition, library: Library, keys: dict[str, str]) -> ExtensionDraft:
    """Draft one extension with a value of its own; parts of a complex extension stay to be written by hand."""
    draft = ExtensionDraft(keys[structure.url], structure.url)
    prefix = f"ext.{draft.key}"
    source = f"{library.origin[structure.url]} {structure.url.rsplit('/', 1)[-1]}"
    scope = Scope(prefix, keys, source, "hl7.fhir.r4.core 4.0.1 Extension")
    for element in elements(structure, library):
        if element.key == VALUE and not element.is_prohibited:
            draft.says["type"] = " | ".join(kind.code for kind in element.definition.type)
            for rule in rules.element_rules(element, place(VALUE), scope):
                draft.rules[rule.id] = rule
                draft.says |= {name: rule.element[name] for name in ("targets", "binding") if name in rule.element}
    if structure.context:
        draft.says["contexts"] = [context.expression for context in structure.context]
        rule_id = f"{prefix}.context"
        draft.rules[rule_id] = DraftRule(rule_id, place("Extension"), "context", source, {}, kind="prohibited")
    return draft
