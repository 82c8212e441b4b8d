"""One row is what holds of one thing between two moments: a record's facts, told as intervals into the truth."""

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from orchestration.synthetic.nation.record import Fact, Record
from orchestration.synthetic.nation.truth import Truth


def tell(record: Record, truth: Truth, *, is_mistake: bool) -> None:
    """All intervals of one record. `is_mistake`: the citizen should never have been reported."""
    head = (record.source.municipality.code, record.patient_id)
    histories: dict[str, list[Fact]] = {}
    for fact in record.told:
        histories.setdefault(fact.name, []).append(fact)
    ids = {fact.name: fact.resource_id for fact in record.told}
    for history in histories.values():
        table, row_of = _TOLD[history[0].kind]
        rows = [row_of(fact, ids) for fact in history]
        for number, (fact, row) in enumerate(zip(history, rows, strict=True)):
            if number and row == rows[number - 1]:
                continue
            following = next((n for n in range(number + 1, len(rows)) if rows[n] != row), None)
            ends = history[following].at if following is not None else None
            told = (*head, *row, _utc(fact.at), ends and _utc(ends), fact.is_mistake or is_mistake)
            truth.add(table, *told)


@lru_cache(maxsize=65_536)
def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def _day(when: Any) -> date | None:
    return when.date() if isinstance(when, datetime) else when


def condition_state(facts: dict[str, Any]) -> str:
    """In the words of the facts."""
    if facts.get("verification") == "entered-in-error":
        return "withdrawn"
    if facts.get("clinical", "active") == "inactive":
        return "inactive"
    return "active" if facts.get("in_focus", True) else "out_of_focus"


def _status(facts: dict[str, Any], default: str) -> str:
    status = facts.get("status", default)
    return "withdrawn" if status == "entered-in-error" else str(status)


def _condition(fact: Fact, _: dict[str, str]) -> tuple[Any, ...]:
    facts, code = fact.facts, fact.facts["code"]
    written = (facts.get("severity"), condition_state(facts), _day(facts["recorded"]))
    return (fact.resource_id, fact.name, code.code, code.user_key, code.title, fact.true_level, *written)


def _plan(fact: Fact, _: dict[str, str]) -> tuple[Any, ...]:
    facts, code = fact.facts, fact.facts["code"]
    local = facts.get("local")
    period = (_day(facts["granted"]), _day(facts.get("ends")))
    return (fact.resource_id, code.code, code.title, local[0] if local else None, _status(facts, "active"), *period)


def _goal(fact: Fact, ids: dict[str, str]) -> tuple[Any, ...]:
    facts = fact.facts
    about = ids[facts["condition"]]
    return (fact.resource_id, about, facts["severity"], _status(facts, "active"), _day(facts["start"]))


def _follow_up(fact: Fact, _: dict[str, str]) -> tuple[Any, ...]:
    return (fact.resource_id, _status(fact.facts, "planned"), _day(fact.facts["start"]))


_TOLD = {
    "condition": ("conditions", _condition),
    "planned_intervention": ("interventions", _plan),
    "goal": ("goals", _goal),
    "encounter": ("follow_ups", _follow_up),
    "general_encounter": ("follow_ups", _follow_up),
}
