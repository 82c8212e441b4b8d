"""One report passed on is one accepted report with what the agreement lists of it, and nothing else. Pure: JSON in, JSON out.

Of a delivery for one care domain (the health act's nursing, the care act's home care), a resource with an FSIII code is passed
on by its code; one without (encounter, follow-up, goal) when it is tied to one that is. A reference to what is not passed on is
taken out.
"""

from collections.abc import Iterator, Mapping
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


def passed_on(report: Json, delivery: FhirDelivery, domains: Mapping[str, str]) -> Json | None:
    """The report as it is passed on; None when nothing but the citizen is left of a report that told more.

    `domains` is FSIII code (uuid or legacy) → care domain. The report is one that was accepted: its shape is known.
    """
    entries = report["entry"]
    kept = [entry for entry in entries if _profile(entry["resource"]) in delivery.profiles]
    if delivery.care_domain:
        kept = _of_domain(kept, delivery.care_domain, domains)
    if len(entries) > 1 and all(entry["resource"]["resourceType"] == "Patient" for entry in kept):
        return None
    names = {name for entry in kept for name in _names(entry)}
    gone = {name for entry in entries for name in _names(entry)} - names
    resources = []
    for entry in kept:
        resource = _pruned(entry["resource"], gone) if gone else entry["resource"]
        if delivery.care_domain and "extension" in resource:
            _prune_risks(resource, delivery.care_domain, domains)
        for element in delivery.without:
            _take_out(resource, element, domains)
        resources.append({**entry, "resource": resource})
    return {**report, "entry": resources}


def reports_in(bundle: Json) -> Iterator[Json]:
    """The delivery reports of an accepted submission: itself, or those within an incremental delivery."""
    inner = [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Bundle"]
    yield from inner or [bundle]


def _profile(resource: Json) -> str:
    return str(resource["meta"]["profile"][0]).rpartition("/")[2].partition("|")[0]


def _of_domain(entries: list[Json], domain: str, domains: Mapping[str, str]) -> list[Json]:
    by_code: dict[int, bool] = {}
    for number, entry in enumerate(entries):
        resource = entry["resource"]
        path = CODED.get(resource["resourceType"]) or CODED.get(_profile(resource))
        if path:
            by_code[number] = domain in {domains.get(code) for code in _codes(resource, path)}
    coded = {name for number, ours in by_code.items() if ours for name in _names(entries[number])}
    pointed_at = {name for number, ours in by_code.items() if ours for name in _references(entries[number]["resource"])}

    def is_tied(entry: Json) -> bool:
        return bool(coded & set(_references(entry["resource"])) or pointed_at & set(_names(entry)))

    return [
        entry
        for number, entry in enumerate(entries)
        if by_code.get(number, entry["resource"]["resourceType"] == "Patient" or is_tied(entry))
    ]


def _names(entry: Json) -> Iterator[str]:
    """What a reference may call the entry: its fullUrl, and type/id."""
    resource = entry["resource"]
    yield f"{resource['resourceType']}/{resource['id']}"
    if "fullUrl" in entry:
        yield entry["fullUrl"]


def _references(value: Any) -> Iterator[str]:
    left = [value]
    while left:
        node = left.pop()
        if type(node) is dict:
            if type(name := node.get("reference")) is str:
                yield name
            left += node.values()
        elif type(node) is list:
            left += node


def _codes(value: Any, path: tuple[str, ...]) -> Iterator[str]:
    """The codes of the concepts that the path leads to, through lists."""
    if isinstance(value, list):
        for inner in value:
            yield from _codes(inner, path)
    elif isinstance(value, dict):
        if path:
            yield from _codes(value.get(path[0]), path[1:])
        else:
            yield from (coding.get("code", "") for coding in value.get("coding", ()))


def _pruned(value: Any, gone: set[str]) -> Any:
    """A copy without references to what is gone, and without the extensions and lists that held nothing else."""
    if isinstance(value, dict):
        if value.get("reference") in gone:
            return GONE
        told = {key: _pruned(inner, gone) for key, inner in value.items()}
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
