"""One function is one rule about a report or a delivery as a whole; each notes its own findings, since places differ."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from orchestration.conformance.primitives import when
from orchestration.conformance.references import find
from orchestration.conformance.walk import Entry, Object, Path, Report, Walk

GROUPS = {"bdl-3": "request", "bdl-4": "response", "bdl-2": "search"}


def bundle_rules(o: Object, path: Path, profile: str, walk: Walk) -> None:
    """The R4 bundle invariants; with a wrong `type` only the type is at fault."""
    if "total" in o and o.get("type") == "collection":
        walk.add(f"{profile}.invariant.bdl-1", (path, "total", -1))
    urls: set[tuple[str, str]] = set()
    for entry, place in _entries(o, path):
        if o.get("type") == "collection":
            for rule, name in GROUPS.items():
                if name in entry:
                    walk.add(f"{profile}.invariant.{rule}", (place, name, -1))
        if not {"resource", "request", "response"} & entry.keys():
            walk.add(f"{profile}.invariant.bdl-5", place)
        url = entry.get("fullUrl")
        if type(url) is not str:
            continue
        if "/_history/" in url:
            walk.add(f"{profile}.invariant.bdl-8", (place, "fullUrl", -1))
        key = (url, _version(entry.get("resource")))
        if key in urls:
            walk.add(f"{profile}.invariant.bdl-7", (place, "fullUrl", -1))
        urls.add(key)


def _entries(o: Object, path: Path) -> Iterator[tuple[Object, Path]]:
    entries = o.get("entry")
    for index, entry in enumerate(entries if type(entries) is list else ()):
        if type(entry) is dict and entry:
            yield entry, (path, "entry", index)


def _version(resource: object) -> str:
    meta = resource.get("meta") if type(resource) is dict else None
    return str(meta.get("versionId", "")) if type(meta) is dict else ""


def one_citizen(report: Report, walk: Walk) -> None:
    """Exactly one Patient."""
    if len(report.patients) != 1:
        walk.add("deliveryReport.citizen.exactly-one", (report.path, "entry", -1))


def one_day(report: Report, walk: Walk) -> None:
    """Resources that nothing else points at are there because they changed; all on one day in Copenhagen."""
    days = {entry.index: day for entry in report.entries if (day := _changed_on(entry)) is not None}
    if len(set(days.values())) < 2:
        return
    referred = _referred(report)
    if len({day for number, day in days.items() if number not in referred}) > 1:
        walk.add("deliveryReport.period.one-day", (report.path, "entry", -1))


def _changed_on(entry: Entry) -> date | None:
    meta = entry.resource.get("meta")
    updated = meta.get("lastUpdated") if type(meta) is dict else None
    moment = when(updated) if type(updated) is str and entry.type != "Patient" else None
    return moment.on if moment else None


def _referred(report: Report) -> set[int]:
    """The entries that others point at, by any reference at any depth."""
    found = set()
    stack: list[Any] = [entry.resource for entry in report.entries]
    while stack:
        node = stack.pop()
        if type(node) is list:
            stack += node
        elif type(node) is dict:
            literal = node.get("reference")
            target = find(literal, report) if type(literal) is str else None
            if target is not None:
                found.add(target.index)
            stack += node.values()
    return found


def same_moment(reports: list[Report], walk: Walk) -> None:
    """Two reports about one citizen with the same timestamp: nothing but their order could tell which is newer."""
    seen: set[tuple[str, object]] = set()
    for report in reports:
        moment = when(stamp) if type(stamp := report.resource.get("timestamp")) is str else None
        if moment is None or len(report.patients) != 1:
            continue
        key = (report.patients[0].id, moment.at)
        if key in seen:
            walk.add("incrementalDelivery.unordered", report.path)
        seen.add(key)
