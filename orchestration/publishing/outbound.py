"""One report passed on is one accepted report with what the agreement lists of it, and nothing else. Pure: JSON in, JSON out.

Of a delivery for one care domain (the health act's nursing, the care act's home care), a resource with an FSIII code is passed
on by its code; one without (encounter, follow-up, goal) when it is tied to one that is. A reference to what is not passed on is
taken out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from typing import Any

from orchestration.publishing.terms import FhirDelivery

Json = dict[str, Any]
CODED = {
    "Condition": ("code",),
    "Procedure": ("code",),
    "CarePlan": ("activity", "detail", "code"),
    "klgateway-care-matter-of-interest-observation": ("code",),
    "klgateway-care-citizens-own-observation": ("code",),
}
"""Where a resource type or profile has the code that tells its care domain."""
LOCAL = "[local]"
"""After an element of codings: those that are no FSIII codes, the municipality's own."""
GONE = object()


@dataclass(eq=False)
class _Entry:
    """One entry of a report: its profile, and what a reference may call it (type/id, and its fullUrl)."""

    entry: Json
    resource: Json
    profile: str
    names: tuple[str, ...]

    @cached_property
    def references(self) -> list[str]:
        """What it refers to, at any depth."""
        found: list[str] = []
        left: list[Any] = [self.resource]
        for node in left:  # which grows meanwhile
            if type(node) is dict:
                if type(name := node.get("reference")) is str:
                    found.append(name)
                left += [inner for inner in node.values() if type(inner) is not str]
            elif type(node) is list:
                left += node
        return found


def passed_on(report: Json, delivery: FhirDelivery, domains: Mapping[str, str]) -> Json | None:
    """The report as it is passed on; None when nothing but the citizen is left of a report that told more. Uses the report up.

    `domains` is FSIII code (uuid or legacy) → care domain. The report is one that was accepted: its shape is known.
    """
    entries = [_entry(entry) for entry in report["entry"]]
    kept = [entry for entry in entries if entry.profile in delivery.profiles]
    if delivery.care_domain:
        kept = _of_domain(kept, delivery.care_domain, domains)
    if len(entries) > 1 and all(entry.resource["resourceType"] == "Patient" for entry in kept):
        return None
    gone = _names(entries) - _names(kept) if len(kept) < len(entries) else set[str]()
    told = []
    for entry in kept:
        resource = entry.resource
        if gone and not gone.isdisjoint(entry.references):
            resource = _pruned(resource, gone)
        if delivery.care_domain and "extension" in resource:
            _prune_risks(resource, delivery.care_domain, domains)
        for element in delivery.without:
            _take_out(resource, element, domains)
        told.append({**entry.entry, "resource": resource})
    return {**report, "entry": told}


def reports_in(bundle: Json) -> Iterator[Json]:
    """The delivery reports of an accepted submission: itself, or those within an incremental delivery."""
    inner = [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Bundle"]
    yield from inner or [bundle]


def _entry(entry: Json) -> _Entry:
    resource = entry["resource"]
    profile = resource["meta"]["profile"][0].rpartition("/")[2].partition("|")[0]
    name = f"{resource['resourceType']}/{resource['id']}"
    return _Entry(entry, resource, profile, (name, entry["fullUrl"]) if "fullUrl" in entry else (name,))


def _names(entries: Iterable[_Entry]) -> set[str]:
    return {name for entry in entries for name in entry.names}


def _of_domain(entries: list[_Entry], domain: str, domains: Mapping[str, str]) -> list[_Entry]:
    """Those with a code of the domain, those without a code that are tied to one of them, and the citizen."""
    paths = [CODED.get(entry.resource["resourceType"]) or CODED.get(entry.profile) for entry in entries]
    is_ours = [
        path is not None and domain in {domains.get(code) for code in _codes(entry.resource, path)}
        for entry, path in zip(entries, paths, strict=True)
    ]
    ours = list(compress(entries, is_ours))
    names, pointed_at = _names(ours), {name for entry in ours for name in entry.references}

    def is_told(entry: _Entry) -> bool:
        if entry.resource["resourceType"] == "Patient":
            return True
        return not (pointed_at.isdisjoint(entry.names) and names.isdisjoint(entry.references))

    return [
        entry for entry, path, own in zip(entries, paths, is_ours, strict=True) if (own if path else is_told(entry))
    ]


def _codes(value: Json, path: tuple[str, ...]) -> list[str]:
    """The codes of the concepts that the path leads to, through lists."""
    nodes = [value]
    for key in (*path, "coding"):
        inner = [node[key] for node in nodes if key in node]
        nodes = [node for each in inner for node in (each if type(each) is list else (each,))]
    return [coding.get("code", "") for coding in nodes]


def _pruned(value: Any, gone: set[str]) -> Any:
    """A copy without references to what is gone, and without the extensions and lists that held nothing else."""
    if isinstance(value, dict):
        if value.get("reference") in gone:
            return GONE
        told = {key: inner if type(inner) is str else _pruned(inner, gone) for key, inner in value.items()}
        if "url" in value and GONE in told.values():
            return GONE
        return {key: inner for key, inner in told.items() if inner is not GONE}
    if isinstance(value, list):
        left = [inner for each in value if (inner := _pruned(each, gone)) is not GONE]
        return left if left or not value else GONE
    return value


def _prune_risks(resource: Json, domain: str, domains: Mapping[str, str]) -> None:
    """Of conditions that a nursing area is at risk of, those of the domain only."""
    told = [e for e in resource["extension"] if "valueCodeableConcept" not in e or domain in _risk(e, domains)]
    resource["extension"] = told
    if not told:
        del resource["extension"]


def _risk(extension: Json, domains: Mapping[str, str]) -> set[str | None]:
    return {domains.get(code) for code in _codes(extension, ("valueCodeableConcept",))}


def _take_out(resource: Json, element: str, domains: Mapping[str, str]) -> None:
    kind, *steps = element.removesuffix(LOCAL).split(".")
    if kind == resource["resourceType"]:
        _take_out_of(resource, steps, domains if element.endswith(LOCAL) else None)


def _take_out_of(value: Any, steps: list[str], national: Mapping[str, str] | None) -> None:
    if isinstance(value, list):
        for inner in value:
            _take_out_of(inner, steps, national)
    elif isinstance(value, dict) and steps[0] in value:
        if len(steps) > 1:
            _take_out_of(value[steps[0]], steps[1:], national)
        elif national is None:
            del value[steps[0]]
        else:
            value[steps[0]] = [coding for coding in value[steps[0]] if coding.get("code") in national]
