"""One row is what holds of one thing between two moments: a record's facts, told as intervals into the truth."""

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from orchestration.synthetic.nation.record import Fact, Record
from orchestration.synthetic.nation.truth import Truth

LOST = "lost"
"""State of what was moved to another citizen's record: it is there that it goes on."""


def tell(record: Record, truth: Truth, *, is_mistake: bool) -> None:
    """All intervals of one record. `is_mistake`: the citizen should never have been reported."""
    head = (record.source.municipality.code, record.patient_id)
    histories: dict[str, list[Fact]] = {}
    for fact in record.told:
        histories.setdefault(fact.name, []).append(fact)
    ids = {name: history[0].resource_id for name, history in histories.items()}
    for history in histories.values():
        table, row_of = _TOLD[history[0].kind]
        if len(history) == 1:
            fact = history[0]
            truth.add(table, *head, *row_of(fact, ids), _utc(fact.at), None, fact.is_mistake or is_mistake)
            continue
        rows = [row_of(fact, ids) for fact in history]
        starts = [number for number, row in enumerate(rows) if not number or row != rows[number - 1]]
        for number, following in zip(starts, [*starts[1:], None], strict=True):
            fact, ends = history[number], None if following is None else _utc(history[following].at)
            truth.add(table, *head, *rows[number], _utc(fact.at), ends, fact.is_mistake or is_mistake)


@lru_cache(maxsize=65_536)
def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def _day(when: Any) -> date | None:
    return when.date() if isinstance(when, datetime) else when


def _state_of_condition(facts: dict[str, Any]) -> str:
    """In the words of the facts."""
    if facts.get("lost"):
        return LOST
    if facts.get("verification") == "entered-in-error":
        return "withdrawn"
    if facts.get("clinical", "active") == "inactive":
        return "inactive"
    return "active" if facts.get("in_focus", True) else "out_of_focus"


def _status(facts: dict[str, Any], default: str) -> str:
    status = LOST if facts.get("lost") else facts.get("status", default)
    return "withdrawn" if status == "entered-in-error" else str(status)


def _about(facts: dict[str, Any], key: str, ids: dict[str, str]) -> list[str]:
    names = facts.get(key, ())
    return [ids[name] for name in names] if len(names) < 2 else sorted(ids[name] for name in names)


def _condition(fact: Fact, _: dict[str, str]) -> tuple[Any, ...]:
    facts, code = fact.facts, fact.facts["code"]
    written = (facts.get("severity"), _state_of_condition(facts), _day(facts["recorded"]))
    return (fact.resource_id, fact.name, code.code, code.user_key, code.title, fact.true_level, *written)


def _plan(fact: Fact, ids: dict[str, str]) -> tuple[Any, ...]:
    facts, code = fact.facts, fact.facts["code"]
    local = facts.get("local")
    what = (code.code, code.title, local[0] if local else None, _status(facts, "active"))
    return (fact.resource_id, *what, _day(facts["granted"]), _day(facts.get("ends")), _about(facts, "conditions", ids))


def _goal(fact: Fact, ids: dict[str, str]) -> tuple[Any, ...]:
    facts = fact.facts
    about = ids[facts["condition"]]
    return (fact.resource_id, about, facts["severity"], _status(facts, "active"), _day(facts["start"]))


def _encounter(fact: Fact, ids: dict[str, str]) -> tuple[Any, ...]:
    facts, helped = fact.facts, _about(fact.facts, "interventions", ids)
    what = ("delivery" if helped else "follow_up", _status(facts, "planned"), _day(facts["start"]))
    return (fact.resource_id, *what, list(fact.about) or _about(facts, "conditions", ids), helped)


def _follow_up(fact: Fact, ids: dict[str, str]) -> tuple[Any, ...]:
    facts, value = fact.facts, fact.facts["value"]
    what = (value.code, value.title, _status(facts, "final"), _day(facts["effective"]))
    return (fact.resource_id, *what, _about(facts, "conditions", ids))


def _done(fact: Fact, ids: dict[str, str]) -> tuple[Any, ...]:
    facts, code = fact.facts, fact.facts["code"]
    what = (code.code, code.title, _status(facts, "completed"), _day(facts["performed"]))
    return (fact.resource_id, *what, _about(facts, "conditions", ids))


def _said(fact: Fact, ids: dict[str, str]) -> tuple[Any, ...]:
    facts, value = fact.facts, fact.facts["value"]
    what = (value.code, value.title, _status(facts, "final"), _day(facts["effective"]))
    return (fact.resource_id, *what, ids[facts["condition"]])


def _interest(fact: Fact, _: dict[str, str]) -> tuple[Any, ...]:
    facts, area = fact.facts, fact.facts["area"]
    risks = sorted(code.code for code in facts.get("at_risk", ()))
    return (fact.resource_id, area.code, area.title, _status(facts, "final"), _day(facts["effective"]), risks)


_TOLD = {
    "condition": ("conditions", _condition),
    "planned_intervention": ("planned_interventions", _plan),
    "completed_intervention": ("completed_interventions", _done),
    "goal": ("goals", _goal),
    "encounter": ("encounters", _encounter),
    "general_encounter": ("encounters", _encounter),
    "follow_up_observation": ("follow_ups", _follow_up),
    "citizens_own_observation": ("citizen_observations", _said),
    "matter_of_interest": ("matters_of_interest", _interest),
}
