"""One call is one slip of the pen in a record: what must not be changed under an id, ended twice or begun twice, is."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from orchestration.synthetic.codes import concept
from orchestration.synthetic.nation.events import events
from orchestration.synthetic.nation.lives import Life
from orchestration.synthetic.nation.needs import BEST, WORST, Living

CONDITIONS = {
    True: ("J3.5 Forflytte sig", "J3.8 Gå"),
    False: ("I7.2 Cirkulationsproblemer", "I4.4 Problemer med tryksår"),
}
HELP = {True: ("H1.4 Mobilitet", "H1.1 Personlig hygiejne"), False: ("G1.39 Sårbehandling", "G1.12 Ernæringsindsats")}
"""What is written instead, in home care (True) and nursing; the second where the first stands already."""


def slips(life: Life, opened: int) -> None:
    """Put this citizen's slips on the agenda, each on a day of its own."""
    left = life.plan.days - opened
    for name, slip in SLIPS.items():
        if getattr(events(), name).happens(life.rng):
            _on_some_day(life, opened + life.rng.randrange(1, left + 1), slip)


Slip = Callable[[Life, Living, int, int], None]


def _on_some_day(life: Life, day: int, slip: Slip) -> None:
    def happens(on: int, minute: int) -> None:
        fitting = [living for living in life.standing() if slip not in FOR_GOALS or living.goal]
        fitting = [living for living in fitting if slip not in FOR_HELP or living.plans]
        if fitting:
            slip(life, fitting[life.rng.randrange(len(fitting))], on, minute)

    life.at(day, happens)


def _other(written: object, choice: tuple[str, str]) -> object:
    first, second = map(concept, choice)
    return second if written is first else first


def _other_code(life: Life, living: Living, day: int, minute: int) -> None:
    code = _other(life.record.entries[living.name].facts["code"], CONDITIONS[living.is_home_care])
    life.record.note(living.name, life.record.moment(day, minute), true_level=living.level, code=code)


def _other_help(life: Life, living: Living, day: int, minute: int) -> None:
    name = living.plans[0]
    code = _other(life.record.entries[name].facts["code"], HELP[living.is_home_care])
    life.record.note(name, life.record.moment(day, minute), code=code, local=None)


def _other_date(life: Life, living: Living, day: int, minute: int) -> None:
    recorded = life.record.entries[living.name].facts["recorded"] - timedelta(days=7)
    life.record.note(living.name, life.record.moment(day, minute), true_level=living.level, recorded=recorded)


def _other_goal(life: Life, living: Living, day: int, minute: int) -> None:
    aimed = life.record.entries[living.goal].facts["severity"]
    life.record.note(living.goal, life.record.moment(day, minute), severity=aimed + 1 if aimed < WORST else BEST)


def _twice(life: Life, living: Living, day: int, minute: int) -> None:
    record, name = life.record, life.name(f"{living.name}.again")
    record.mistakes.add(name)
    code = record.entries[living.name].facts["code"]
    facts = {"code": code, "recorded": life.plan.day(day), "severity": living.written}
    record.note(name, record.moment(day, minute), "condition", true_level=living.level, **facts)


def _second_goal(life: Life, living: Living, day: int, minute: int) -> None:
    if life.record.entries[living.goal].day != life.plan.day(day):  # two in one report would be refused at the door
        living.goal = ""  # forgotten, not ended
        life.set_goal(living, day, minute)


def _opened_again(life: Life, living: Living, day: int, minute: int) -> None:
    names = list(living.plans)
    life.end_help(living, day, minute)

    def goes_on(on: int, at: int) -> None:
        if living.is_open:
            living.plans = names
            for name in names:
                again: dict[str, Any] = {"status": "active", "activity_status": "in-progress", "ends": None}
                life.record.note(name, life.record.moment(on, at), **again)

    life.at(day + events().opened_again.delay(life.rng), goes_on)


def _ends_before(life: Life, living: Living, day: int, minute: int) -> None:
    name = living.plans.pop()
    granted: date = life.record.entries[name].facts["granted"]
    dates: dict[str, Any] = {"granted": granted - timedelta(days=30), "ends": granted - timedelta(days=10)}
    ended: dict[str, Any] = {"status": "completed", "activity_status": "completed"}
    life.record.note(name, life.record.moment(day, minute), **ended, **dates)


SLIPS: dict[str, Slip] = {
    "other_code": _other_code,
    "other_help": _other_help,
    "other_date": _other_date,
    "other_goal": _other_goal,
    "twice": _twice,
    "second_goal": _second_goal,
    "opened_again": _opened_again,
    "ends_before": _ends_before,
}
FOR_GOALS = {_other_goal, _second_goal}
FOR_HELP = {_other_help, _opened_again, _ends_before}
