"""One report here is drawn by a seeded random generator from the synthetic builder: one citizen, about 15 resources, any style."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from orchestration.conformance.terminology import FSIII, terminology
from orchestration.synthetic import contacts
from orchestration.synthetic.bundles import to_json
from orchestration.synthetic.codes import Concept, concept
from orchestration.synthetic.identities import invented_cpr, sor_code_for_tests
from orchestration.synthetic.journal import CITIZEN, Journal
from orchestration.synthetic.resources import DELIVERY_TYPES
from orchestration.synthetic.style import COPENHAGEN, STYLES, Json

DAY = date(2026, 3, 2)
MUNICIPALITIES = ("0101", "0219", "0461", "0561", "0615", "0661", "0740", "0751", "0851", "0860")
VALUE_SETS = {
    "home care": "KLConditionCodesHomeCare",
    "nursing": "KLConditionCodesNursing",
    "intervention": "FSIIICareInterventions",
    "result": "KLFollowUpCodesFSIII",
}
CODES = {
    name: sorted({code for system, code in terminology().members[key] if system == FSIII and len(code) == 36})
    for name, key in VALUE_SETS.items()
}
WEIGHTS = {name: [1 / (rank + 1) for rank in range(len(codes))] for name, codes in CODES.items()}
"""Codes are as common as words are: the n-th with a share of 1/n. Every code of the guide can be drawn."""


def drawn(seed: int, count: int) -> Iterator[bytes]:
    """`count` reports as bytes, the same for the same seed."""
    random = Random(seed)
    for number in range(count):
        yield to_json(report(random, f"{seed}/{number}"))


def report(random: Random, key: str) -> Json:
    """One day's report on one citizen; part of it was written on earlier days and is repeated as context."""
    style = STYLES[random.choice(list(STYLES))]
    born = date(random.randint(1925, 1960), random.randint(2, 12), random.randint(1, 28))
    sor_code = sor_code_for_tests(random.choice(MUNICIPALITIES))
    cpr = invented_cpr(born, random.choice(("female", "male")), random.randint(0, 9))
    made = Journal(style, key, cpr=cpr, sor_code=sor_code, opened_at=_at(random, -40))
    conditions = [_condition(made, random, number) for number in range(4)]
    home_care = [name for name in conditions if made.entries[name].facts["severity"] is not None]
    for name in home_care:
        made.write(f"goal of {name}", _at(random, 0), "goal", condition=name, severity=random.randint(0, 3), start=DAY)
    plans = [_intervention(made, random, number, conditions) for number in range(3)]
    done = {"code": _code(random, "intervention"), "performed": _at(random, 0), "conditions": conditions[:1]}
    made.write("done", _at(random, 0), "completed_intervention", **done)
    for number in range(2):
        due = DAY + timedelta(days=random.randint(7, 90))
        made.plan_follow_up(f"next {number}", _at(random, 0), due, [conditions[number]])
    start = _at(random, 0)
    visit = {"type_code": contacts.DELIVERY, "start": start, "end": start + timedelta(minutes=45), "status": "finished"}
    made.write("visit", _at(random, 0), "general_encounter", interventions=plans[:1], **visit)
    outcome = {"value": _code(random, "result"), "effective": _at(random, 0), "conditions": conditions[1:3]}
    made.write("outcome", _at(random, 0), "follow_up_observation", **outcome)
    if random.random() < 0.1:
        made.withdraw(random.choice(plans), _at(random, 0, late=True))
    return made.report(DAY)


def _condition(made: Journal, random: Random, number: int) -> str:
    kind = "home care" if number < 2 else "nursing"
    at = _at(random, random.choice((0, 0, -random.randint(1, 30))))
    recorded = at.date() if made.style.codes == "user_key" else at
    severity = random.randint(0, 4) if kind == "home care" else None
    facts = {"code": _code(random, kind), "recorded": recorded, "severity": severity}
    if random.random() < 0.1 and kind == "nursing":
        facts |= {"clinical": "inactive", "in_focus": False}
    made.write(f"condition {number}", at, "condition", **facts)
    return f"condition {number}"


def _intervention(made: Journal, random: Random, number: int, conditions: list[str]) -> str:
    at = _at(random, 0)
    code = _code(random, "intervention")
    local = f"{made.entries[CITIZEN].facts['sor_code'][5:9]}-{CODES['intervention'].index(code.code)}-{random.randint(1, 2)}"
    facts = {
        "code": code,
        "granted": at.date(),
        "ends": DAY + timedelta(days=random.randint(30, 365)) if random.random() < 0.5 else None,
        "local": (local, f"Lokal ydelse {local}") if random.random() < 0.5 else None,
        "delivery_types": random.sample(list(DELIVERY_TYPES), random.randint(0, 1)),
    }
    made.write(f"plan {number}", at, "planned_intervention", conditions=random.sample(conditions, 1), **facts)
    return f"plan {number}"


def _code(random: Random, kind: str) -> Concept:
    return concept(random.choices(CODES[kind], WEIGHTS[kind])[0])


def _at(random: Random, days: int, *, late: bool = False) -> datetime:
    clock = time(22 if late else random.randint(6, 21), random.randint(0, 59), random.randint(0, 59))
    return datetime.combine(DAY + timedelta(days=days), clock, COPENHAGEN)
