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
from orchestration.synthetic.style import Json, Style

MADE_UP = ("00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b")
"""Ids that the faults give to what they add; each report gets its own instead."""
SHORT = b'"id":"x-1"'
HEAVY = {"bundle.entries.max": 0.02}
"""Rules whose broken report is megabytes: tried this often of the times they are drawn."""
TRIES = 12
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


def broken(bundle: Json, style: Style, rng: Random) -> Broken | None:
    """The report with one fault drawn among the rules that it can break; None when a dozen did not fit."""
    rules = candidates()
    for _ in range(TRIES):
        rule_id = rules[rng.randrange(len(rules))]
        if rng.random() >= HEAVY.get(rule_id, 1):
            continue
        found = break_rule(rule_id, bundle, style)
        if found is not None:
            return found
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
