"""One remark says in words what one reference in an example leads to, or that it leads nowhere."""

import re
from collections.abc import Iterator
from dataclasses import replace

from orchestration.guide.fragments import Json
from orchestration.guide.listing import Line
from orchestration.guide.records import raw_profiles, title
from orchestration.guide.texts import Text

CITIZEN = Text("borgeren", "the citizen")
ANOTHER = Text("en anden borger", "another citizen")
NOWHERE = Text("findes ikke i leverancen", "not in the report")
REFERENCE = re.compile(r'\s*"reference": "([^"]*)"')


def explained(lines: list[Line], bundle: Json) -> list[Line]:
    """The lines, those with a reference with a remark beside them."""
    named = _named(bundle)
    return [_explained(line, named) for line in lines]


def _explained(line: Line, named: dict[str, Text]) -> Line:
    found = REFERENCE.match(line.text)
    if found is None:
        return line
    name = named.get(found[1], NOWHERE)
    return replace(line, comment_da=name.da, comment_en=name.en)


def _named(bundle: Json) -> dict[str, Text]:
    """What references may lead to: `Condition/1…` or fullUrl → the title of the resource's code, or of its profile."""
    named: dict[str, Text] = {}
    for entry in _entries(bundle):
        resource = entry.get("resource", {})
        name = _name(resource)
        if name is CITIZEN and CITIZEN in named.values():
            name = ANOTHER
        for key in (f"{resource.get('resourceType')}/{resource.get('id')}", entry.get("fullUrl")):
            if name and isinstance(key, str):
                named[key] = name
    return named


def _entries(bundle: Json) -> Iterator[Json]:
    for entry in bundle.get("entry", ()):
        yield entry
        if entry.get("resource", {}).get("resourceType") == "Bundle":
            yield from _entries(entry["resource"])


def _name(resource: Json) -> Text | None:
    if resource.get("resourceType") == "Patient":
        return CITIZEN
    for holder in (resource, *(activity.get("detail", {}) for activity in resource.get("activity", ()))):
        code = holder.get("code")
        coding = code.get("coding") if isinstance(code, dict) else None
        if coding and coding[0].get("display"):
            return Text(coding[0]["display"], coding[0]["display"])
    canonicals = resource.get("meta", {}).get("profile", ())
    return next((title(key) for key, raw in raw_profiles().items() if raw["canonical"] in canonicals), None)
