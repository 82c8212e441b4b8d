"""One call puts on a life's agenda, or writes, one thing that is done for the citizen or that the citizen says."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from orchestration.synthetic import contacts
from orchestration.synthetic.codes import concept
from orchestration.synthetic.nation.events import events
from orchestration.synthetic.nation.needs import Group, Living, Walk
from orchestration.synthetic.nation.paths import Interest

if TYPE_CHECKING:
    from orchestration.synthetic.nation.lives import Life

EARLY, LATE = 7 * 60, 20 * 60
SCREEN, TELEPHONE = "124be95d-6924-4609-9d2a-e7c73ae3ab3d", "1b55a4b0-1156-4f58-b2df-b5c6014d9048"
SAID = ("C1", "C1", "C2", "C3", "C3")
"""What a citizen says about performing it, by true level 0-4."""

OTHER_VALUES = {"E": ("E1", "E2"), "C": ("C2", "C3")}
"""Outcomes and words, by the letter of their codes: what is written instead, the second where it is the first already."""


def own_words(life: "Life", living: Living, day: int, minute: int) -> None:
    """The citizen's own view of a home care condition, as the old systems report it."""
    name, at = life.name(f"{living.name}.own"), life.record.moment(day, minute)
    value = concept(SAID[living.level or 0])
    facts: dict[str, Any] = {"value": value, "effective": life.plan.day(day), "condition": living.name}
    life.record.write(name, at, "citizens_own_observation", **facts)
    life.let_go(name, day)


def interest(life: "Life", about: Interest, day: int) -> None:
    """An area in focus, with what the citizen is at risk of, on the day the record is opened."""
    if not events().own_words.happens(life.rng):
        return

    def told(on: int, minute: int) -> None:
        name, at = life.name("interest"), life.record.moment(on, minute)
        at_risk = [concept(code) for code in about.at_risk]
        facts: dict[str, Any] = {"area": concept(about.area), "at_risk": at_risk, "effective": life.plan.day(on)}
        life.record.write(name, at, "matter_of_interest", **facts)
        life.let_go(name, on)

    life.at(day, told)


def next_visit(life: "Life", living: Living, plan_name: str, per_week: float, day: int) -> None:
    """Visits come at their rhythm, give or take; several a day when there are more than seven a week."""
    gap = 1 if per_week >= 7 else max(1, round(life.rng.uniform(0.6, 1.4) * 7 / per_week))
    times = max(1, round(per_week / 7))

    def visits(on: int, minute: int) -> None:
        if plan_name not in living.plans:
            return
        if life.record.style.follow_up == "general_encounter":
            for number in range(times):
                visit(life, plan_name, on, minute + number * (LATE - minute) // times)
        next_visit(life, living, plan_name, per_week, on)

    # Help of every day begins in the morning; what comes a few times a week comes when that is done.
    earliest, spread = (EARLY, 120) if per_week >= 7 else (10 * 60, 5 * 60)
    life.at(day + gap, visits, life.rng.randrange(earliest, earliest + spread))


def visit(life: "Life", plan_name: str, day: int, minute: int) -> None:
    """One visit, or one contact by screen or telephone."""
    record, draw = life.record, life.rng.random()
    kind = SCREEN if draw < 0.04 else TELEPHONE if draw < 0.06 else contacts.HOME_CLASS
    start, end = record.moment(day, minute), record.moment(day, minute + 5 + life.rng.randrange(35))
    name = life.name(f"{plan_name}.visit")
    facts: dict[str, Any] = {"type_code": contacts.DELIVERY, "status": "finished", "class_code": kind}
    record.write(name, end, "general_encounter", start=start, end=end, interventions=[plan_name], **facts)
    life.let_go(name, day)


def hold(life: "Life", group: Group, about: list[Living], outcome: str, day: int, minute: int) -> None:
    """A follow-up is held: the encounter (new way) and its outcome."""
    record, at = life.record, life.record.moment(day, minute)
    entry = record.entries.get(group.planned)
    if entry is not None and entry.kind == "general_encounter":
        end = life.record.moment(day, minute - 5)
        record.note(group.planned, at, status="finished", start=life.record.moment(day, minute - 18), end=end)
        life.let_go(group.planned, day)
    name = life.name(f"{group.name}.outcome")
    names = [living.name for living in about]
    effective = at if record.style.codes == "uuid" else life.plan.day(day)
    record.write(name, at, "follow_up_observation", value=concept(outcome), effective=effective, conditions=names)
    life.let_go(name, day)


def change_later(life: "Life", name: str, day: int, minute: int) -> None:
    """What was done or seen is written anew under its id, as it must not be: another outcome, another day."""
    entry = life.record.entries[name]
    facts: dict[str, Any] = {}
    for fact in ("start", "end", "performed") if "value" not in entry.facts else ():
        if entry.facts.get(fact) is not None:
            facts[fact] = entry.facts[fact] - timedelta(days=1)
    if "value" in entry.facts:
        first, second = OTHER_VALUES[entry.facts["value"].user_key[0]]
        facts["value"] = concept(second if entry.facts["value"] is concept(first) else first)
    life.record.write(name, life.record.moment(day, minute), **(facts or {"at_risk": []}))
    life.passing.append(name)


def next_act(life: "Life", walk: Walk, day: int) -> None:
    """The next unplanned act of a care path."""
    act = walk.acts[life.rng.randrange(len(walk.acts))]
    of = next(living for living in walk.members() if living.name == f"{walk.name}.{act.of}")

    def done(on: int, minute: int) -> None:
        if of.is_open:
            record, at = life.record, life.record.moment(on, minute)
            is_new = record.style.codes == "uuid"
            facts: dict[str, Any] = {"code": act.concept(is_new), "performed": at if is_new else life.plan.day(on)}
            name = life.name(f"{of.name}.act")
            record.write(name, at, "completed_intervention", conditions=[of.name], **facts)
            life.let_go(name, on)
        if walk.ends is None or on < walk.ends:
            next_act(life, walk, on)

    life.at(day + 1 + int(life.rng.expovariate(act.per_week / 7)), done)
