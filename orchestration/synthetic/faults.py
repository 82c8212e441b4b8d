"""One injection breaks one rule in a valid bundle: `inject(rule_id, bundle)` gives the broken copy, and nothing else changes.

What an element may or must be is profile data, so most faults are derived from it: a prohibited element is added, a
required one removed, a code replaced. The others are in `faults_of_*.py`. The tests of the rules and the faults of
the synthetic nation are this same code.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import msgspec

from orchestration.conformance import library
from orchestration.conformance.library import Element, Profile
from orchestration.conformance.rules import all_rules
from orchestration.conformance.structure import Field, structure
from orchestration.conformance.terminology import terminology
from orchestration.synthetic import faults_of_bundles, faults_of_care, faults_of_people
from orchestration.synthetic.faults_by_hand import BY_HAND, NOWHERE, resources
from orchestration.synthetic.style import Json

HAND_WRITTEN = (faults_of_bundles, faults_of_care, faults_of_people)  # importing them fills BY_HAND
NO_CODE = "no-such-code"
SAMPLES: dict[str, Any] = {  # a well-formed value of each type that a fault may need
    "string": "x",
    "code": "x",
    "uri": "urn:x",
    "canonical": "urn:x",
    "boolean": True,
    "integer": 1,
    "unsignedInt": 1,
    "date": "2026-03-02",
    "dateTime": "2026-03-02",
    "instant": "2026-03-02T08:00:00Z",
    "time": "08:00:00",
    "CodeableConcept": {"text": "x"},
    "Period": {"start": "2026-03-02"},
    "Reference": {"display": "x"},
    "Identifier": {"value": "x"},
    "Quantity": {"unit": "x"},
}
Spot = tuple[Json, Field, str]  # the object that holds the element, the R4 field, and the JSON key it has or would get


class CannotInjectError(LookupError):
    """The bundle has no place where this rule could be broken, or the rule can't be broken by a bundle."""


def injectable() -> tuple[str, ...]:
    """The ids of all rules decided by the checker that a bundle can break."""
    rules = all_rules().values()
    return tuple(
        r.id for r in rules if r.decided_by == "check" and not r.restricts_nothing and not r.id.startswith("json.")
    )


def inject(rule_id: str, bundle: Json) -> Json:
    """A copy of a valid delivery report (or delivery) that breaks exactly one rule.

    Raises:
        CannotInjectError: there is no place for this fault in this bundle.
    """
    broken: Json = msgspec.json.decode(msgspec.json.encode(bundle))  # a deep copy, and the quickest
    done = BY_HAND[rule_id](broken) if rule_id in BY_HAND else _derived(rule_id, broken)
    if not done:
        raise CannotInjectError(rule_id)
    return broken


def _derived(rule_id: str, bundle: Json) -> bool:
    guide = library.guide(library.GUIDES[0])
    for profile in guide.profiles.values():
        for path, prohibited in profile.prohibited.items():
            if prohibited == rule_id:
                return _add(bundle, profile, path)
        for path, element in profile.elements.items():
            for role, known in element.rules.items():
                if known == rule_id:
                    return _break(bundle, profile, path, role, element)
    return False


def _add(bundle: Json, profile: Profile, path: str) -> bool:
    """Add an element that is prohibited."""
    for holder, field, _ in spots(bundle, profile, path):
        key, kind = _variant(field, path)
        holder[key] = [_sample(kind)] if field.many else _sample(kind)
        return True
    return False


def _break(bundle: Json, profile: Profile, path: str, role: str, element: Element) -> bool:
    """Break one element rule by its role."""
    for holder, field, key in spots(bundle, profile, path):
        value = holder.get(key)
        if value is None:
            continue
        first = value[0] if type(value) is list else value
        if role == "required":
            del holder[key]
        elif role == "max":
            holder[key] = [*value, *value] if type(value) is list else [value, value]
        elif role == "valueset":
            _recode(holder, key, first, NO_CODE)
        elif role == "fixed":
            _recode(holder, key, first, _other_code(profile, path, element))
        elif role == "target":
            first["reference"] = _wrong_target(bundle, element)
        elif role == "bundled":
            first["reference"] = NOWHERE
        elif role == "type":
            del holder[key]
            other, kind = next((k, t) for k, t in field.json.items() if t != element.type)
            holder[other] = _sample(kind)
        else:
            return False
        return True
    return False


def spots(bundle: Json, profile: Profile, path: str) -> Iterator[Spot]:
    """Every place in the bundle where the element of a profile path is or could be."""
    r4 = structure("r4-4.0.1")
    for resource in resources(bundle, profile.canonical):
        level = [(resource, profile.type)]
        tokens = path.split(".")
        for token in tokens[:-1]:
            level = [step for holder, kind in level for step in _down(holder, kind, token)]
        for holder, kind in level:
            field = next((f for f in r4.types[kind] if token_of(f, tokens[-1])), None)
            if field is not None:
                key = next((k for k in field.json if k in holder), next(iter(field.json)))
                yield holder, field, key


def token_of(field: Field, token: str) -> bool:
    """Whether a path token names the field: `value[x]`, or one of its JSON keys."""
    return token == field.key or token in field.json


def _down(holder: Json, kind: str, token: str) -> Iterator[tuple[Json, str]]:
    field = next(f for f in structure("r4-4.0.1").types[kind] if token_of(f, token))
    for key, inner in field.json.items():
        value = holder.get(key)
        for item in value if type(value) is list else [value]:
            if type(item) is dict:
                yield item, inner


def _variant(field: Field, path: str) -> tuple[str, str]:
    token = path.rpartition(".")[2]
    if token in field.json:
        return token, field.json[token]
    return next(iter(field.json.items()))


def _sample(kind: str) -> Any:
    return deepcopy(SAMPLES.get(kind, {"id": "x"}))


def _recode(holder: Json, key: str, value: Any, code: str) -> None:
    """Put another code into a code, a Coding or a CodeableConcept."""
    if type(value) is str:
        holder[key] = code
    elif "coding" in value:
        value["coding"][0]["code"] = code
        value["coding"][0].pop("display", None)
    else:
        value["code"] = code


def _other_code(profile: Profile, path: str, element: Element) -> str:
    """Another member of the value set that holds at the place, so that only the fixed value is at fault."""
    above = profile.elements.get(path.rpartition(".")[0])
    value_set = element.binding or (above.binding if above else None)
    fixed = element.fixed["code"] if isinstance(element.fixed, dict) else element.fixed
    return next((code for code in sorted(terminology().codes.get(value_set or "", ())) if code != fixed), NO_CODE)


def _wrong_target(bundle: Json, element: Element) -> str:
    profiles = library.guide(library.GUIDES[0]).profiles
    allowed = {profiles[key].type for key in element.targets}
    for resource in resources(bundle, None):
        if resource["resourceType"] not in allowed:
            return f"{resource['resourceType']}/{resource['id']}"
    raise CannotInjectError
