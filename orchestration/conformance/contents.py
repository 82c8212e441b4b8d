"""One closure judges what a well-shaped element says: a fixed or bound code, an element that must not be there, a period."""

from collections.abc import Callable
from typing import Any

from orchestration.conformance.closures import Check
from orchestration.conformance.primitives import when
from orchestration.conformance.walk import Object, Path, Walk


def content(
    rules: dict[str, str], value_set: frozenset[str] | None, fixed: str | None
) -> Callable[[Any], str | None] | None:
    """The value set of a code, then the fixed value: one fault gives one finding."""
    if value_set is None and fixed is None:
        return None
    bound, locked = rules.get("valueset"), rules.get("fixed")

    def judge(value: Any) -> str | None:
        if value_set is not None and value not in value_set:
            return bound
        return locked if fixed is not None and value != fixed else None

    return judge


def rule(rule_id: str, name: str) -> Check:
    """An element that must not be there."""

    def field(value: Any, walk: Walk, parent: Path) -> None:
        walk.add(rule_id, (parent, name, -1))

    return field


def prohibited_when(rule_id: str, item_path: str, wanted: str, item_rule: str, name: str) -> Check:
    """An array that must not be there, with a further rule for items that have a certain value."""
    steps = item_path.split(".")

    def field(value: Any, walk: Walk, parent: Path) -> None:
        walk.add(rule_id, (parent, name, -1))
        for index, item in enumerate(value if type(value) is list else ()):
            for step in steps:
                item = item.get(step) if type(item) is dict else None
            if item == wanted:
                walk.add(item_rule, (parent, name, index))

    return field


def and_rule(check: Check, rule_id: str) -> Check:
    """An object that is noted and then judged as usual."""

    def both(value: Any, walk: Walk, path: Path) -> None:
        walk.add(rule_id, path)
        check(value, walk, path)

    return both


def needs(name: str, rule_id: str) -> Check:
    """An object whose fixed element is missing."""

    def check(o: Object, walk: Walk, path: Path) -> None:
        if name not in o:
            walk.add(rule_id, (path, name, -1))

    return check


def nothing(value: Any, walk: Walk, parent: Path) -> None:
    """Judged elsewhere: `resourceType` before the walk, `entry.resource` by its own profile."""


def contained(value: Any, walk: Walk, parent: Path) -> None:
    """A resource inside a resource counts as a resource the report may not hold (see the choices of the guide)."""
    if type(value) is not list or not value:
        walk.shape((parent, "contained", -1))
        return
    for index in range(len(value)):
        walk.add("deliveryReport.entry.resource.allowed", (parent, "contained", index))


def period(o: Object, walk: Walk, path: Path) -> None:
    """per-1: a period must not end before it starts; partial dates are given the benefit of the doubt."""
    start, end = o.get("start"), o.get("end")
    if type(start) is not str or type(end) is not str:
        return
    first, last = when(start), when(end)
    if first is None or last is None:
        return
    if last.at < first.at if first.at and last.at else last.last.date() < first.on:
        walk.add("common.period.order", path)
