"""One closure checks one kind of element: object, single value, array, primitive. Shape first, then number, then content."""

from collections.abc import Callable
from typing import Any

from orchestration.conformance.primitives import FORMATS
from orchestration.conformance.walk import Object, Path, Walk

Check = Callable[[Any, Walk, Path], None]  # for an object: its own path; for a field: the path of its parent
Required = tuple[tuple[str, ...], str, str]  # JSON keys of which one must be there, FHIRPath name, rule id
Choice = tuple[tuple[str, ...], str]  # JSON keys of which at most one may be there, FHIRPath name


def object_(
    fields: dict[str, Check], required: tuple[Required, ...], choices: tuple[Choice, ...], after: tuple[Check, ...]
) -> Check:
    """An object: every key known, required ones there, one variant of each choice; then `after`, if nothing is broken."""

    variants = tuple((frozenset(names), name) for names, name in choices)
    mandatory = tuple((names[0], names[1:], name, rule_id) for names, name, rule_id in required)

    def check(o: Object, walk: Walk, path: Path) -> None:
        broken = walk.broken
        whole = True
        for key, value in o.items():
            field = fields.get(key)
            if field is None:
                walk.unknown(path, key)
            else:
                field(value, walk, path)
        for key, others, name, rule_id in mandatory:
            if key not in o and not any(other in o for other in others):
                walk.add(rule_id, (path, name, -1))
                whole = False
        for keys, name in variants:
            if len(o.keys() & keys) > 1:
                walk.add("common.json.choice-single", (path, name, -1))
                whole = False
        if whole and walk.broken == broken:
            for function in after:
                function(o, walk, path)

    check.says_missing = bool(required)  # type: ignore[attr-defined]
    return check


def _says_missing(check: Check) -> bool:
    """Whether an empty object breaks a rule of its own (a required element), so that its shape need not be blamed."""
    return bool(getattr(check, "says_missing", False))


def one(check: Check, name: str, max_rule: str | None) -> Check:
    """A single object. A list of several gives the element's own `.max` rule where it has one."""
    says_missing = _says_missing(check)

    def field(value: Any, walk: Walk, parent: Path) -> None:
        if type(value) is dict and (value or says_missing):
            check(value, walk, (parent, name, -1))
        else:
            _not_single(value, walk, (parent, name, -1), max_rule)

    return field


def many(check: Check, name: str, single: str | None) -> Check:
    """An array of objects; `single` is the rule when the profile allows one only."""
    says_missing = _says_missing(check)

    def field(value: Any, walk: Walk, parent: Path) -> None:
        if type(value) is not list or not value:
            walk.shape((parent, name, -1))
        elif single and len(value) > 1:
            walk.add(single, (parent, name, -1))
            walk.broken += 1
        else:
            for index, item in enumerate(value):
                if type(item) is dict and (item or says_missing):
                    check(item, walk, (parent, name, index))
                else:
                    walk.shape((parent, name, index))

    return field


def primitive(
    kind: Any, format_rule: str | None, name: str, max_rule: str | None, content: Callable[[Any], str | None] | None
) -> Check:
    """A single primitive. `content` gives the rule id that a well-formed value breaks, or None."""
    well_formed = FORMATS.get(format_rule or "")

    def field(value: Any, walk: Walk, parent: Path) -> None:
        if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)) and value != "":
            if well_formed is not None and not well_formed(value):
                walk.add(format_rule or "", (parent, name, -1))
            elif content is not None and (rule_id := content(value)) is not None:
                walk.add(rule_id, (parent, name, -1))
        elif format_rule and value not in ("", None) and not isinstance(value, dict | list):
            walk.add(format_rule, (parent, name, -1))
            walk.broken += 1
        else:
            _not_single(value, walk, (parent, name, -1), max_rule)

    return field


def primitives(kind: Any, format_rule: str | None, name: str, single: str | None) -> Check:
    """An array of primitives."""
    item = primitive(kind, format_rule, name, None, None)

    def field(value: Any, walk: Walk, parent: Path) -> None:
        if type(value) is not list or not value:
            walk.shape((parent, name, -1))
        elif single and len(value) > 1:
            walk.add(single, (parent, name, -1))
            walk.broken += 1
        else:
            for index, entry in enumerate(value):
                if type(entry) is not kind or entry == "":
                    walk.shape((parent, name, index))
                elif format_rule:
                    item(entry, walk, parent)

    return field


def _not_single(value: Any, walk: Walk, path: Path, max_rule: str | None) -> None:
    if max_rule and type(value) is list and len(value) > 1:
        walk.add(max_rule, path)
        walk.broken += 1
    else:
        walk.shape(path)
