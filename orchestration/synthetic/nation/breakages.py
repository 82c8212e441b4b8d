"""One `Broken` is one report with one known fault: the rule it breaks, how grave that is, and where."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from random import Random
from typing import Any

import msgspec

from orchestration.conformance.rules import all_rules
from orchestration.synthetic import faults, mishaps
from orchestration.synthetic.bundles import incremental_delivery, to_json
from orchestration.synthetic.identities import stable_id
from orchestration.synthetic.nation.states import PROFILE, PROFILES
from orchestration.synthetic.style import Json, Style

MADE_UP = ("00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b")
"""Ids that the faults give to what they add; each report gets its own instead."""
SHORT = b'"id":"x-1"'
HEAVY = {"bundle.entries.max"}
"""Rules whose broken report is megabytes."""
TRIES = 40
OF_RESOURCES = {
    name: name.split("-")[0] + name.title().replace("-", "")[len(name.split("-")[0]) :] for name in PROFILES
}
"""Profile of a resource → as the rules call it. Other rules are of bundles, of extensions, or of all resources."""
WRAPPED = "incrementalDelivery."

InTheBytes = Callable[[bytes], bytes]
IN_THE_BYTES: dict[str, InTheBytes] = {
    "json.syntax": lambda data: data[: len(data) // 2],
    "json.encoding": lambda data: data.replace(b'"type":"coll', b'"type":"coll\xe6', 1),
    "json.surrogate": lambda data: data.replace(b'"type":"coll', b'"type":"coll\\ud800', 1),
    "json.control": lambda data: data.replace(b'"type":"coll', b'"type":"coll\\u0001', 1),
    "json.trailing": lambda data: data + b" {}",
    "json.duplicate-key": mishaps.duplicate_key,
    "json.number": lambda data: b'{"total":NaN,' + data[1:],
    "json.depth": lambda data: b'{"extension":' + b"[" * 70 + b"]" * 70 + b"," + data[1:],
    "json.not-object": lambda data: b"[" + data + b"]",
}
"""Faults of the text rather than of the report; a line of NDJSON can't be empty or hold a line break."""


@dataclass(frozen=True, slots=True)
class Broken:
    """`bundle` as delivered, None where the text itself is broken; `place` is a path into it, "" for the text."""

    rule_id: str
    severity: str
    place: str
    data: bytes
    bundle: Json | None


@cache
def candidates() -> tuple[str, ...]:
    """Every rule that can be broken by a report of today."""
    rules = all_rules()
    ids = [name for name in faults.injectable() if rules[name].phase == "now"]
    # A warning about a delivery as a whole would be accepted, and with it reports of others inside it: errors only.
    ids = [name for name in ids if not name.startswith(WRAPPED) or rules[name].severity == "error"]
    return tuple(sorted([*ids, *IN_THE_BYTES]))


class Walk:
    """A nation's way through the rules: each fault breaks the first rule in turn that its report can break.

    So all of them are broken before any is broken twice, but for those that few reports have a place for: they stay in front
    until one comes that has.
    """

    def __init__(self, seed: int) -> None:
        self._turn = list(candidates())
        Random(f"{seed}/rules").shuffle(self._turn)

    def break_next(self, bundle: Json, style: Style) -> Broken | None:
        """The report with the next fault that it can have; None when a few dozen did not fit."""
        names = {entry["resource"]["meta"]["profile"][0].removeprefix(PROFILE) for entry in bundle["entry"]}
        tried, lacking = 0, {rules for name, rules in OF_RESOURCES.items() if name not in names}
        for number, rule_id in enumerate(self._turn):
            if all_rules()[rule_id].profile in lacking:
                continue
            if found := break_rule(rule_id, bundle, style):
                self._turn.append(self._turn.pop(number))
                return found
            tried += 1
            if tried == TRIES:
                break
        return None


def break_rule(rule_id: str, bundle: Json, style: Style) -> Broken | None:
    """The report with this fault; None when it has no place for it."""
    severity = all_rules()[rule_id].severity
    if rule_id in IN_THE_BYTES:
        data = to_json(bundle)
        changed = IN_THE_BYTES[rule_id](data)
        return Broken(rule_id, severity, "", changed, None) if changed != data else None
    whole = bundle
    if rule_id.startswith(WRAPPED):
        moment = datetime.fromisoformat(bundle["timestamp"])
        whole = incremental_delivery(style, stable_id(bundle["id"], "delivery"), moment, [bundle])
    try:
        made = faults.inject(rule_id, whole)
    except (faults.CannotInjectError, LookupError, TypeError, AttributeError):
        return None
    place = next(_differences(whole, made, "Bundle"), None)
    if place is None:
        return None
    data = to_json(made)
    for number, name in enumerate(MADE_UP):
        data = data.replace(name.encode(), stable_id(bundle["id"], str(number)).encode())
    data = data.replace(SHORT, f'"id":"x-{bundle["id"][:8]}"'.encode())
    return Broken(rule_id, severity, place, data, msgspec.json.decode(data))


def _differences(one: Any, other: Any, path: str) -> Iterator[str]:
    """Paths where two trees differ, the first first."""
    if type(one) is dict and type(other) is dict:
        for key in itertools.chain(other, (key for key in one if key not in other)):
            if key not in one or key not in other:
                yield f"{path}.{key}"
            else:
                yield from _differences(one[key], other[key], f"{path}.{key}")
    elif type(one) is list and type(other) is list:
        for index in range(max(len(one), len(other))):
            if index >= len(one) or index >= len(other):
                yield f"{path}[{index}]"
            else:
                yield from _differences(one[index], other[index], f"{path}[{index}]")
    elif one != other or type(one) is not type(other):
        yield path
