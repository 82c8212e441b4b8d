"""One change is what differs between the schemas of two releases; who reads by it must have been told by the version.

A product's `version` in its agreement is MAJOR.MINOR. A column that is added raises MINOR at least; one that is removed or has
another type raises MAJOR. The order of columns is no promise. Without the raise nothing is released.
"""

from collections.abc import Iterable

from orchestration.publishing.manifest import SchemaChange, Shape
from orchestration.publishing.report import Refusal, Words


def changes(before: Iterable[Shape], now: Iterable[Shape]) -> tuple[SchemaChange, ...]:
    """What differs, by product and column."""
    old, new = {shape.model: shape for shape in before}, {shape.model: shape for shape in now}
    found = [
        SchemaChange(model, None, "removed", "major", old[model].version, None) for model in old.keys() - new.keys()
    ]
    found += [
        SchemaChange(model, None, "added", "minor", None, new[model].version) for model in new.keys() - old.keys()
    ]
    for model in old.keys() & new.keys():
        found += _columns(model, old[model].schema, new[model].schema)
    return tuple(sorted(found, key=lambda change: (change.model, change.column or "")))


def refused(
    before: Iterable[Shape], now: Iterable[Shape], *, agreement_before: int, agreement_now: int
) -> tuple[Refusal, ...]:
    """Why a release with these changes may not leave; empty when the versions tell of them.

    A product that comes or goes is told by the agreement's own version, a column by that of its product.
    """
    before, now = tuple(before), tuple(now)
    versions = {shape.model: (_pair(shape.version), shape.version) for shape in now}
    formerly = {shape.model: _pair(shape.version) for shape in before}
    lacking = []
    for change in changes(before, now):
        if change.column is None:
            if agreement_now <= agreement_before:
                lacking.append(f"{change.model} ({change.change}; agreement version {agreement_now})")
            continue
        (major, minor), written = versions[change.model]
        raised = (
            major > formerly[change.model][0] if change.level == "major" else (major, minor) > formerly[change.model]
        )
        if not raised:
            lacking.append(f"{change.model}.{change.column} ({change.change}, {change.level}; version {written})")
    return (_refusal(", ".join(lacking)),) if lacking else ()


def _columns(model: str, old: dict[str, str], new: dict[str, str]) -> list[SchemaChange]:
    found = [SchemaChange(model, name, "removed", "major", old[name], None) for name in old.keys() - new.keys()]
    found += [SchemaChange(model, name, "added", "minor", None, new[name]) for name in new.keys() - old.keys()]
    both = [name for name in old.keys() & new.keys() if old[name] != new[name]]
    return found + [SchemaChange(model, name, "retyped", "major", old[name], new[name]) for name in both]


def _pair(version: str) -> tuple[int, int]:
    major, _, minor = version.partition(".")
    return int(major), int(minor or 0)


def _refusal(what: str) -> Refusal:
    da = f"Kolonner er ændret, uden at versionen i aftalen er hævet: {what}. Hæv den (fjernet eller ny type: før punktummet)."
    en = f"Columns changed without the agreement's version being raised: {what}. Raise it (removed or retyped: before the dot)."
    return Refusal("schema.version", Words(da, en))
