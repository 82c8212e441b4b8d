"""One accepted resource becomes one row tuple of its table; the columns and their paths are profile data."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

import msgspec

from orchestration.conformance import library, references
from orchestration.conformance.primitives import When, when
from orchestration.conformance.structure import structure
from orchestration.conformance.verdict import Row
from orchestration.conformance.walk import Object, Report

NO_DATE = (None, None, None, None)
DATES = ("start", "end", "recordedDate", "startDate", "performedDateTime", "effectiveDateTime")
VARYING = frozenset(("id", "reference", "value", *DATES))
"""Keys whose text differs from report to report: ids, references, numbers of people and places, dates."""
Own = Callable[[Object, Report], Row]
canonical = msgspec.json.Encoder(order="sorted").encode


def rows(guide: library.Guide, report: Report, into: dict[str, list[Row]]) -> None:
    """Append the rows of one accepted report to `into` (table name → row tuples)."""
    bundle_id = report.resource.get("id")
    stamp = timestamp(report.resource)
    patient_id = report.patients[0].id
    for entry in report.entries:
        if entry.profile is None:
            continue
        profile = guide.profiles[entry.profile]
        resource: Object = entry.resource
        updated = resource["meta"].get("lastUpdated")
        moment = when(updated) if updated else None
        common = (
            bundle_id,
            stamp,
            entry.index,
            entry.id,
            moment.at if moment else stamp,
            moment is not None,
            patient_id,
            content_hash(resource),
        )
        assert profile.table is not None
        into.setdefault(profile.table, []).append(common + own(guide.id, profile.key)(resource, report))


def content_hash(resource: Object) -> str:
    """The same for the same content, however it is written: SHA-256 over three parts of the resource without meta.

    They are the hash of its structure (canonical JSON: keys sorted, no white space), the hash of each coding, and each
    value, ended by a NUL; codings and values in the order of sorted keys. In three, since a coding is hashed once then.
    """
    structure, codings, values = parts({key: value for key, value in resource.items() if key != "meta"})
    text = "".join(f"{value}\0" for value in values)
    return sha256(sha256(canonical(structure)).digest() + b"".join(codings) + text.encode()).hexdigest()[:32]


def parts(node: Any) -> tuple[Any, list[bytes], list[str]]:
    """A tree in three parts: itself with {} for each coding and [] for each value, the hashes of the codings, the values."""
    codings: list[bytes] = []
    values: list[str] = []
    return _parted(node, codings, values), codings, values


def _parted(node: Any, codings: list[bytes], values: list[str]) -> Any:
    if type(node) is list:
        return [_parted(item, codings, values) for item in node]
    if type(node) is not dict:
        return node
    if type(node.get("code")) is str:
        codings.append(sha256(canonical(node)).digest()[:16])
        return {}
    structure: Object = {}
    for key in sorted(node):
        value = node[key]
        if key in VARYING and type(value) is str:
            values.append(value)
            structure[key] = []
        else:
            structure[key] = _parted(value, codings, values)
    return structure


def timestamp(bundle: Object) -> datetime | None:
    """Bundle.timestamp as naive UTC, None when it is missing or malformed."""
    text = bundle.get("timestamp")
    found = when(text) if type(text) is str else None
    return found.at if found else None


@cache
def own(guide_id: str, profile_key: str) -> Own:
    """The function that reads a profile's own columns, built from their paths as one Python expression."""
    guide = library.guide(guide_id)
    profile = guide.profiles[profile_key]
    names = {"E": {}, "L": ({},), "pick": pick, "every": every, "ids": ids, "seen": seen}
    columns = [_column(guide, profile.type, column, names, number) for number, column in enumerate(profile.columns)]
    source = f"lambda o, report: ({', '.join(columns)},)"
    function: Own = eval(source, names)
    return function


def _column(guide: library.Guide, root: str, column: dict[str, str], names: dict[str, Any], number: int) -> str:
    """The Python expression of one column over the resource `o` and its `report`."""
    take = column.get("take", "value")
    if take in ("all", "reference_ids", "reference_id"):
        steps = f"steps_{number}"
        names[steps] = tuple(_step(guide, token) for token in column["path"].split("."))
        found = f"every(o, {steps})"
        if take == "all":
            return found
        target = column.get("target")
        return (
            f"ids({found}, {target!r}, report)"
            if take == "reference_ids"
            else f"(ids({found}, None, report) or (None,))[0]"
        )
    value = _value(guide, root, column["path"])
    if take.startswith("equals "):
        return f"{value} == {take.removeprefix('equals ')!r}"
    if take.startswith("date_"):
        return f"seen({value})[{('on', 'at', 'precision').index(take.removeprefix('date_'))}]"
    return value


def _step(guide: library.Guide, token: str) -> tuple[str, str | None, str | None]:
    name, _, which = token.partition(":")
    if not which:
        return name, None, None
    return (name, "url", guide.extensions[which].url) if name == "extension" else (name, "system", guide.systems[which])


def _value(guide: library.Guide, root: str, path: str) -> str:
    """The expression of a single value: the first of an array, or the one with the system or url that is named."""
    types = structure("r4-4.0.1").types
    expression, kind = "o", root
    tokens = path.split(".")
    for position, token in enumerate(tokens):
        name, key, wanted = _step(guide, token)
        field, kind = next((f, f.json[name]) for f in types[kind] if name in f.json)
        last = position == len(tokens) - 1
        if key:
            expression = f"pick({expression}.get({name!r}) or (), {key!r}, {wanted!r})"
        elif field.many:
            expression = f"({expression}.get({name!r}) or L)[0]"
        else:
            expression = f"{expression}.get({name!r})" if last else f"({expression}.get({name!r}) or E)"
    return expression


def pick(items: Any, key: str, wanted: str) -> Object:
    """The first item whose `key` is `wanted`, else {}."""
    for item in items:
        if item.get(key) == wanted:
            return item  # type: ignore[no-any-return]
    return {}


def every(o: Object, steps: tuple[tuple[str, str | None, str | None], ...]) -> list[Any]:
    """All values at a path, in order; arrays are flattened, items of another system or url left out."""
    level: list[Any] = [o]
    for name, key, wanted in steps:
        following = []
        for node in level:
            value = node.get(name)
            items = value if type(value) is list else () if value is None else (value,)
            following += [item for item in items if key is None or item.get(key) == wanted]
        level = following
    return level


def ids(found: list[Object], target: str | None, report: Report) -> list[str]:
    """The ids of the resources that references mean, of one resource type where given."""
    entries = [references.find(reference.get("reference", ""), report) for reference in found]
    return [entry.id for entry in entries if entry is not None and (target is None or entry.type == target)]


def seen(text: str | None) -> When | tuple[None, None, None, None]:
    """A date as (on, at, precision, ...), all None when absent."""
    return (when(text) or NO_DATE) if text else NO_DATE
