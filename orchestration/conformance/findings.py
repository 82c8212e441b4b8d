"""One `Spot` is one broken rule at one place, before it is a `Finding`; both paths of the checker make their findings here."""

from typing import Any

from orchestration.conformance import library, primitives
from orchestration.conformance.rules import all_rules
from orchestration.conformance.verdict import Finding
from orchestration.conformance.walk import expression

KNOWN_TYPES = frozenset({"Bundle", "Patient", "Condition", "Goal", "CarePlan", "Procedure", "Encounter", "Observation"})
Segments = tuple[tuple[str, int], ...]
Spot = tuple[str, Segments, str, str, str]  # rule id, path, profile, resource type, resource id


def spot(rule_id: str, path: Segments, profile: str, kind: str, name: Any) -> Spot:
    """A spot that shows only what may be shown: types of the guide, ids that can't hold a CPR number."""
    safe = type(name) is str and primitives.is_id(name) and not primitives.may_hold_cpr(name)
    return rule_id, path, profile, kind if kind in KNOWN_TYPES else "", str(name) if safe else ""


def findings(spots: list[Spot]) -> tuple[Finding, ...]:
    """By entry (the bundle itself first), then by path, then by rule; see `listed`."""
    return listed(sorted(dict.fromkeys(spots), key=_order))


def listed(ordered: list[Spot]) -> tuple[Finding, ...]:
    """Spots in order and without repeats: at most N of one rule, each with the full count."""
    limit, rules = library.limits()["findings_per_rule"], all_rules()
    count: dict[str, int] = {}
    for spot in ordered:
        count[spot[0]] = count.get(spot[0], 0) + 1
    given: dict[str, int] = {}
    found = []
    for rule_id, path, profile, kind, name in ordered:
        number = given[rule_id] = given.get(rule_id, 0) + 1
        if number <= limit:
            place = expression(path) if path or kind else ""
            found.append(Finding(rule_id, rules[rule_id].severity, profile, place, kind, name, count[rule_id]))  # type: ignore[arg-type]
    return tuple(found)


def _order(spot: Spot) -> tuple[Any, ...]:
    path = spot[1]
    entries = [number for name, number in path if name == "entry" and number >= 0]
    return (*[*entries, -1, -1][:2], path, spot[0])
