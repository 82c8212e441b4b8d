"""One change is what differs between the schemas of two releases; who reads by it must have been told by the version.

A released product's version is MAJOR.MINOR. MAJOR is its `version` in the agreement, and must be raised when a column is
removed or gets another type: without it nothing is released. MINOR counts the releases since then that added a column. The
order of columns is no promise.
"""

from collections.abc import Iterable

from orchestration.publishing.candidate import Candidate
from orchestration.publishing.changes import OPERATION
from orchestration.publishing.manifest import SchemaChange, Shape
from orchestration.publishing.report import Refusal, Words
from orchestration.publishing.terms import Terms


def shapes_now(before: Iterable[Shape], candidate: Candidate, terms: Terms) -> tuple[Shape, ...]:
    """The products of a candidate, each with the version that it would be released as."""
    formerly = {shape.model: shape for shape in before}
    shapes = []
    for product in candidate.products:
        terms_of = terms.product(product.model)
        schema = {OPERATION: "VARCHAR"} | product.schema if terms_of.mode == "changes" else product.schema
        major, minor = terms_of.version, 0
        former = formerly.get(product.model)
        if former and _pair(former.version)[0] == major:
            minor = _pair(former.version)[1] + bool(schema.keys() - former.schema.keys())
        shapes.append(Shape(product.model, f"{major}.{minor}", schema))
    return tuple(shapes)


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


def refused(before: Iterable[Shape], now: Iterable[Shape], *, agreement_is_raised: bool) -> tuple[Refusal, ...]:
    """Why a release with these changes may not leave; empty when the versions tell of them.

    That a product is gone is told by the agreement's own version, a column's change by that of its product.
    """
    before, now = tuple(before), tuple(now)
    formerly, versions = ({shape.model: shape.version for shape in shapes} for shapes in (before, now))
    lacking = []
    for change in changes(before, now):
        if change.level == "minor":
            continue
        if change.column is None:
            if not agreement_is_raised:
                lacking.append(f"{change.model} ({change.change})")
        elif _pair(versions[change.model])[0] <= _pair(formerly[change.model])[0]:
            lacking.append(f"{change.model}.{change.column} ({change.change})")
    return (_refusal(", ".join(lacking)),) if lacking else ()


def _columns(model: str, old: dict[str, str], new: dict[str, str]) -> list[SchemaChange]:
    found = [SchemaChange(model, name, "removed", "major", old[name], None) for name in old.keys() - new.keys()]
    found += [SchemaChange(model, name, "added", "minor", None, new[name]) for name in new.keys() - old.keys()]
    both = [name for name in old.keys() & new.keys() if old[name] != new[name]]
    return found + [SchemaChange(model, name, "retyped", "major", old[name], new[name]) for name in both]


def _pair(version: str) -> tuple[int, int]:
    major, _, minor = version.partition(".")
    return int(major), int(minor)


def _refusal(what: str) -> Refusal:
    da = f"Fjernet eller med ny type, uden at `version` i aftalen er hævet: {what}. Hæv tabellens (aftalens) `version`."
    en = f"Removed or retyped without `version` in the agreement being raised: {what}. Raise the one of the table (of the agreement)."
    return Refusal("schema.version", Words(da, en))
