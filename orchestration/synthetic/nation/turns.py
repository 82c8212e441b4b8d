"""One call puts one turn of a life on its agenda: a death, a move, a mistake, another system."""

from dataclasses import dataclass
from typing import Any

from orchestration.synthetic.codes import concept
from orchestration.synthetic.journal import CITIZEN
from orchestration.synthetic.nation.events import events
from orchestration.synthetic.nation.lives import Act, Life
from orchestration.synthetic.nation.needs import Living

WRONG = ("J3.5 Forflytte sig", "H1.4 Mobilitet")
"""Condition and intervention that a colleague writes in the wrong record."""


@dataclass(slots=True)
class Fate:
    """What becomes of the citizen in the period, by day number; None: it doesn't.

    `handed_on`: the day on which something was moved to the next citizen's record, and its ids by name.
    """

    died: int | None = None
    moved: int | None = None
    by_mistake: int | None = None
    handed_on: tuple[int, dict[str, str]] | None = None


def death(life: Life, fate: Fate, day: int) -> None:
    """The citizen dies: help ends, some systems close the conditions too, and some write on after it."""

    def dies(on: int, minute: int) -> None:
        fate.died, thoroughly = on, events().closed_at_death.happens(life.rng)
        written_after = events().after_death.happens(life.rng)
        life.stop()
        open_ = life.standing()
        life.record.write(CITIZEN, life.record.moment(on, minute), deceased=True)
        late = [living for living in open_ if written_after and living.plans][:1]
        for living in open_:
            if living not in late:
                _end(life, living, on, minute + 5, closed=thoroughly)
        for living in late:
            life.at(on + events().after_death.delay(life.rng), _ending(life, living))

    life.at(day, dies)


def _ending(life: Life, living: Living) -> Act:
    return lambda day, minute: _end(life, living, day, minute, closed=True)


def _end(life: Life, living: Living, day: int, minute: int, *, closed: bool) -> None:
    if closed:
        life.close(living, day, minute)
    else:
        life.end_help(living, day, minute)


def move(life: Life, fate: Fate, day: int) -> None:
    """The citizen moves away: everything here ends, the conditions are still there but out of focus."""

    def moves(on: int, minute: int) -> None:
        fate.moved = on
        life.stop()
        for number, living in enumerate(life.standing()):
            life.close(living, on, minute + number, out_of_focus=True)

    life.at(day, moves)


def by_mistake(life: Life, fate: Fate, day: int) -> None:
    """The citizen should never have been reported: said once, and nothing else is cleaned up. Or that was the mistake."""

    def says(on: int, minute: int) -> None:
        life.record.withdraw(CITIZEN, life.record.moment(on, minute))
        if events().goes_on.happens(life.rng):
            life.at(on + events().goes_on.delay(life.rng), after_all)
        else:
            fate.by_mistake = on
            life.stop()

    def after_all(on: int, minute: int) -> None:
        life.record.write(CITIZEN, life.record.moment(on, minute), active=None)

    life.at(day, says)


def wrong_entry(life: Life, day: int) -> None:
    """A condition is written in the wrong record, with goal and help; some days later it is seen and withdrawn."""
    thoroughly = events().wrong_entry.clean_up
    names = ["wrong.condition", "wrong.goal", "wrong.help"]

    def writes(on: int, minute: int) -> None:
        _write_wrong(life, names, on, minute)
        wait = events().wrong_entry.delay(life.rng)
        life.at(on + wait, withdraws, minute + 5 if not wait else None)

    def withdraws(on: int, minute: int) -> None:
        if events().other_content.happens(life.rng):
            life.record.note(names[0], life.record.moment(on, minute), severity=3)
        for name in names if life.rng.random() < thoroughly else names[:1]:
            life.record.withdraw(name, life.record.moment(on, minute))

    life.at(day, writes)


def wrong_record(life: Life, fate: Fate, day: int) -> None:
    """A condition is written in the wrong record, and moved from there to the record of the next citizen."""
    names = ["moved.condition", "moved.goal", "moved.help"]

    def writes(on: int, minute: int) -> None:
        _write_wrong(life, names, on, minute)
        life.at(on + events().wrong_record.delay(life.rng), moves)

    def moves(on: int, minute: int) -> None:
        fate.handed_on = (on, {name: life.record.id_of(name) for name in names})
        for name in reversed(names):
            life.record.lose(name, life.record.moment(on, minute))

    life.at(day, writes)


def takes_over(life: Life, handed_on: tuple[int, dict[str, str]]) -> None:
    """What was written in another citizen's record comes into this one, under the same ids."""
    day, ids = handed_on
    ids = {name.replace("moved", "given"): own for name, own in ids.items()}  # own entries may go the same way
    life.record.given_ids |= ids
    life.at(max(day, life.opened), lambda on, minute: _write_wrong(life, list(ids), on, minute, is_mistake=False))


def _write_wrong(life: Life, names: list[str], day: int, minute: int, *, is_mistake: bool = True) -> None:
    record, since, (condition, goal, help_) = life.record, life.plan.day(day), names
    if is_mistake:
        record.mistakes.update(names)
    facts: dict[str, Any] = {"code": concept(WRONG[0]), "recorded": since, "severity": 2}
    record.write(condition, record.moment(day, minute), "condition", **facts)
    record.write(goal, record.moment(day, minute + 1), "goal", condition=condition, severity=1, start=since)
    facts = {"code": concept(WRONG[1]), "granted": since, "conditions": [condition]}
    record.write(help_, record.moment(day, minute + 2), "planned_intervention", **facts)


def another_system(life: Life, day: int) -> None:
    """The municipality's system writes in another way from this day: what stands is reported anew, before the day's work."""

    def exports(on: int, minute: int) -> None:
        record, at = life.record, life.record.moment(on, minute)
        shift, of = life.source.level_shift, life.plan.mix.switch.of
        for living in life.standing():
            facts: dict[str, Any] = {}
            if shift and living.written is not None and life.rng.random() < of:
                living.written = min(max(living.written + shift, 0), 4)
                facts["severity"] = living.written
            record.note(living.name, at, true_level=living.level, **facts)
            for name in [*([living.goal] if living.goal else []), *living.plans]:
                record.note(name, at)
        for walk in life.walks:
            for group in walk.groups:
                entry = record.entries.get(group.planned)
                if entry is None or not group.open:
                    continue
                if entry.kind == "encounter" and record.style.follow_up == "general_encounter":
                    _convert(life, group.planned, [living.name for living in group.open], on, minute)
                    group.planned += "-converted"
                else:
                    record.note(group.planned, at)

    life.at(day, exports, 6 * 60 + 30)


def _convert(life: Life, name: str, conditions: list[str], day: int, minute: int) -> None:
    """A planned follow-up of the old kind is cancelled, and planned anew in the new way, for the same date."""
    record = life.record
    start, at = record.entries[name].facts["start"], record.moment(day, minute)
    record.note(name, at, status="cancelled")
    for target in [other for other, entry in record.entries.items() if entry.facts.get("follow_up") == name]:
        record.note(target, at, follow_up=None)
    record.plan_follow_up(f"{name}-converted", at, start, conditions)
