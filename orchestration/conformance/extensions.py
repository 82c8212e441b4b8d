"""One extension is one of the guide's four in its own place, one of them in a wrong place, or unknown (a warning)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orchestration.conformance import closures, codes, contents, references
from orchestration.conformance.closures import Check
from orchestration.conformance.library import Element, Extension
from orchestration.conformance.walk import Object, Path, Walk

if TYPE_CHECKING:
    from orchestration.conformance.compile import Compiler

UNKNOWN = "common.extension.unknown"


def field(compiler: Compiler, below: str, element: Element | None) -> Check:
    """The check of one `extension` array; `below` is its profile path (`extension`, `activity.detail.extension`)."""
    rules = element.rules if element else {}
    place = _context(compiler, below)
    known: dict[str, Check] = {}
    wrong: dict[str, str] = {}
    limited: dict[str, str] = {}
    for extension in compiler.guide.extensions.values():
        if place in extension.contexts:
            known[extension.url] = _known(compiler, extension, rules)
            if f"{extension.key}.cardinality" in rules and extension.key == "followUpEncounter":
                limited[extension.url] = rules[f"{extension.key}.cardinality"]
        else:
            wrong[extension.url] = extension.rules.get("context", UNKNOWN)
    generic = _generic()

    def check(value: Any, walk: Walk, parent: Path) -> None:
        if type(value) is not list or not value:
            walk.shape((parent, "extension", -1))
            return
        seen: set[str] = set()
        for index, item in enumerate(value):
            path = (parent, "extension", index)
            if type(item) is not dict or not item:
                walk.shape(path)
                continue
            url = item.get("url")
            if type(url) is not str:
                walk.add(UNKNOWN, path)
                generic(item, walk, path)
            elif url in known:
                if url in limited and url in seen:
                    walk.add(limited[url], path)
                    continue
                seen.add(url)
                known[url](item, walk, path)
            elif url in wrong:
                walk.add(wrong[url], path)
            else:
                walk.add(UNKNOWN, path)
                generic(item, walk, path)

    return check


def _context(compiler: Compiler, below: str) -> str:
    if compiler.profile is None:
        return ""
    return (compiler.profile.type + "." + below).rpartition(".")[0]


def _generic() -> Check:
    from orchestration.conformance.compile import shared  # here: the two are recursive, as the types are

    return shared("Extension")


def _known(compiler: Compiler, extension: Extension, rules: dict[str, str]) -> Check:
    """One of the guide's extensions: exactly its url and a value of its type."""
    own = {
        key.removeprefix(f"{extension.key}."): rule_id
        for key, rule_id in rules.items()
        if key.startswith(extension.key)
    }
    missing = own.get("value.required") or extension.rules.get("value.required") or extension.rules["value.type"]
    wrong_type = extension.rules.get("value.type", missing)
    value_key = f"value{extension.type}"
    from orchestration.conformance.compile import PLAIN, shared  # here: the two are recursive, as the types are

    plain = f"{extension.type} {PLAIN}" if extension.type == "Reference" else extension.type
    value_shape = closures.one(shared(plain), "value", None)
    judge = _judge(compiler, extension, own)
    generic = shared("Extension")

    def check(o: Object, walk: Walk, path: Path) -> None:
        given = [key for key in o if key.startswith("value")]
        if value_key in given:
            broken = walk.broken
            rest = {key: value for key, value in o.items() if key != value_key}
            generic(rest, walk, path)
            if len(given) > 1:
                walk.add("common.json.choice-single", (path, "value", -1))
                return
            value_shape(o[value_key], walk, path)
            if walk.broken == broken:
                judge(o[value_key], walk, (path, "value", -1))
        elif given:
            walk.add(wrong_type, (path, "value", -1))
        else:
            generic(o, walk, path)
            walk.add(missing, (path, "value", -1))

    return check


def _judge(compiler: Compiler, extension: Extension, own: dict[str, str]) -> Check:
    if extension.type == "Reference":
        rules = {
            "bundled": own.get("valueReference.bundled")
            or extension.rules.get("value.bundled")
            or references.UNRESOLVED,
            "target": extension.rules["value.target"],
        }
        types = {key: profile.type for key, profile in compiler.guide.profiles.items()}
        element = Element("value[x]", "1..1", "Reference", None, None, None, extension.targets, None, {}, rules)
        return references.Reference(element, rules, types, None)
    rule_id = own.get("valueCodeableConcept.coding.valueset") or extension.rules.get("value.valueset")
    if rule_id is None or extension.binding is None:
        return contents.nothing
    binding = codes.Binding(extension.binding, rule_id)
    return binding.coding if extension.type == "Coding" else binding.concept
