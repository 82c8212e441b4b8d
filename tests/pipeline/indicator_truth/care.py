"""Each function gives the units of one or more indicators of table A: who or what counts, and whether it is counted above the line."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from tests.pipeline.indicator_truth import things
from tests.pipeline.indicator_truth.reading import Citizen, World, codes, day, uuid
from tests.pipeline.indicator_truth.things import Condition, Plan, age

DAY = timedelta(days=1)


class Unit(NamedTuple):
    """One thing counted: below the line (1, or nothing where inhabitants are below), and above it."""

    indicator: str
    place: str
    age: int | None
    above: float
    below: float = 1


class Period(NamedTuple):
    kind: str
    start: date
    end: date


class Care:
    """Everything of one cut-off that the indicators of table A look at."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.plans, self.conditions = things.plans(world), things.conditions(world)
        self.contacts, self.goals, self.results = things.contacts(world), things.goals(world), things.results(world)
        self.plans_of: dict[Citizen, list[Plan]] = defaultdict(list)
        self.conditions_of: dict[Citizen, list[Condition]] = defaultdict(list)
        for plan in self.plans:
            self.plans_of[plan.citizen].append(plan)
        for condition in self.conditions:
            self.conditions_of[condition.citizen].append(condition)
        self.condition = {(c.place, c.id): c for c in self.conditions}

    @cached_property
    def done(self) -> dict[Citizen, list[date]]:
        """Days on which a nursing intervention was delivered without a plan."""
        found: dict[Citizen, list[date]] = defaultdict(list)
        for _, _, said, _ in self.world.standing("Procedure"):
            r, on = said.resource, day(said.resource.get("performedDateTime"))
            code = codes().get(uuid(r["code"]["coding"][0]["code"]))
            died = self.world.citizens[said.citizen]
            if code and code.service == "NURS" and r["status"] == "completed" and on and (died is None or on < died):
                found[said.citizen].append(on)
        return found

    def home_care(self, last: date) -> set[Citizen]:
        return {c for c, plans in self.plans_of.items() if any(is_care(p) and p.on(last, last) for p in plans)}

    def nursing(self, period: Period) -> set[Citizen]:
        planned = {
            c
            for c, plans in self.plans_of.items()
            if any(p.code.service == "NURS" and p.on(period.start, period.end) for p in plans)
        }
        return planned | {c for c, days in self.done.items() if any(period.start <= d <= period.end for d in days)}

    @cached_property
    def starts(self) -> list[tuple[Citizen, date]]:
        """Home care that began with none in the 90 days before."""
        found = []
        for citizen, plans in self.plans_of.items():
            care = [p for p in plans if is_care(p) and (p.last is None or p.last >= p.start)]
            for start in {p.start for p in care}:
                if not any(p.start < start and (p.last is None or p.last >= start - 90 * DAY) for p in care):
                    found.append((citizen, start))
        return found

    def told(self, condition: Condition) -> list[tuple[date, int, bool]]:
        """Levels of a condition, with those that a follow-up confirmed."""
        found = [(on, level, False) for on, level in condition.levels.items()]
        for on in {r.on for r in self.results if r.place == condition.place and condition.id in r.conditions}:
            before = [d for d in condition.levels if d <= on]
            if before and max(before) < on:
                found.append((on, condition.levels[max(before)], True))
        return found


def is_care(plan: Plan) -> bool:
    return plan.code.service in ("PERS", "PRAK")


def month(care: Care, p: Period) -> Iterator[Unit]:
    at_home, nursed = care.home_care(p.end), care.nursing(p)
    for citizen in at_home:
        years = age(citizen, p.end)
        if years >= 65:
            yield Unit("A01" if years >= 80 else "A02", citizen[0], years, 1, 0)
    for citizen in nursed:
        years, place = age(citizen, p.end), citizen[0]
        yield Unit("A03", place, years, 1, 0)
        if years >= 80:
            yield Unit("A04", place, years, 1, 0)
            problem = any(
                c.code.parent == "I3" and c.code.legacy != "I3.4" and c.on(p.start, p.end)
                for c in care.conditions_of[citizen]
            )
            yield Unit("A22", place, years, problem)
        if years >= 65:
            yield Unit("A05", place, years, citizen in at_home)
        helped = any(
            x.code.group in ("MEDICINE_ADMINISTRATION", "MEDICINE_DISPENSING") and x.on(p.start, p.end)
            for x in care.plans_of[citizen]
        )
        yield Unit("A23", place, years, helped)
    for contact in care.contacts:
        if (
            contact.kind == "delivery"
            and contact.status == "finished"
            and contact.start
            and p.start <= contact.start <= p.end
        ):
            remote = contact.class_ in ("124be95d-6924-4609-9d2a-e7c73ae3ab3d", "1b55a4b0-1156-4f58-b2df-b5c6014d9048")
            yield Unit("A24", contact.place, age(contact.citizen, contact.start), remote)


def quarter(care: Care, p: Period) -> Iterator[Unit]:
    began: dict[Citizen, date] = {}
    for citizen, start in sorted(care.starts, key=lambda s: s[1]):
        if p.start <= start <= p.end and age(citizen, start) >= 65:
            if citizen not in began:
                yield Unit("A06", citizen[0], age(citizen, start), 1, 0)
            began.setdefault(citizen, start)
            for condition in care.conditions_of[citizen]:
                near = {d: v for d, v in condition.levels.items() if abs((d - start).days) <= 14}
                if condition.code.parent == "J1" and near:
                    yield Unit("A09", citizen[0], age(citizen, start), near[min(near)])
    for citizen in care.home_care(p.end):
        levels = [
            c.level
            for c in care.conditions_of[citizen]
            if c.code.parent == "J1" and c.level in range(5) and c.on(p.end, p.end)
        ]
        if age(citizen, p.end) >= 65 and levels:
            yield Unit("A10", citizen[0], age(citizen, p.end), sum(level >= 3 for level in levels) >= 2)
    yield from _goals(care, p)
    yield from _follow_ups(care, p)
    last_month = Period("month", p.end.replace(day=1), p.end)
    for citizen in care.nursing(last_month):
        died = care.world.citizens[citizen]
        if died is None or died > p.end:
            count = sum(c.code.domain == "nursing" and c.on(p.end, p.end) for c in care.conditions_of[citizen])
            yield Unit("A18", citizen[0], age(citizen, p.end), count)
    yield from _ulcers(care, p)
    for c in care.conditions:
        chronic = c.code.group in ("DIABETIC_WOUND", "PRESSURE_ULCER") or (
            c.code.group == "OTHER_WOUND" and c.code.legacy not in ("I4.1", "I4.3", "I4.8")
        )
        if chronic and c.closed and p.start <= c.closed <= p.end:
            yield Unit("A21", c.place, age(c.citizen, c.closed), (c.closed - c.start).days > 84)


def _goals(care: Care, p: Period) -> Iterator[Unit]:
    for goal in care.goals:
        condition = care.condition.get((goal.place, goal.condition))
        if condition is None or not condition.levels:
            continue
        years, told = age(goal.citizen, p.end), care.told(condition)
        if goal.on(p.end, p.end):
            before = [d for d in condition.levels if d <= goal.start]
            at_start = condition.levels[max(before) if before else min(condition.levels)]
            yield Unit("A14", goal.place, years, goal.target < at_start)
        known = [(on, level) for on, level, _ in told if on <= p.end]
        if goal.on(p.start, p.end) and known:
            assessed = any(on > goal.start and p.start <= on <= p.end for on, _, _ in told)
            closed = condition.closed is not None and p.start <= condition.closed <= p.end
            if assessed or closed:
                yield Unit("A15", goal.place, years, max(known)[1] <= goal.target)


def _follow_ups(care: Care, p: Period) -> Iterator[Unit]:
    held: dict[tuple[str, str], set[date]] = defaultdict(set)
    for result in care.results:
        for condition_id in result.conditions:
            held[(result.place, condition_id)].add(result.on)
        if p.start <= result.on <= p.end:
            yield Unit("A17", result.place, age(result.citizen, result.on), result.result in ("E2", "E3", "E4"))
    belongs = follow_ups_of(care)
    for contact, condition_ids in belongs:
        if contact.status == "finished" and contact.start:
            for condition_id in condition_ids:
                held[(contact.place, condition_id)].add(contact.start)
    due = set()
    for contact, condition_ids in belongs:
        planned = contact.planned
        if planned is None or not p.start <= planned <= p.end or contact.status not in ("planned", "finished"):
            continue
        if contact.died and contact.died < planned:
            continue
        for condition_id in condition_ids:
            condition = care.condition.get((contact.place, condition_id))
            if condition and not (condition.closed and condition.closed < planned):
                due.add((contact.place, contact.citizen, condition_id, planned))
    for place, citizen, condition_id, planned in due:
        kept = any(-30 <= (on - planned).days <= 14 for on in held[(place, condition_id)])
        yield Unit("A16", place, age(citizen, planned), kept)


def follow_ups_of(care: Care) -> list[tuple[things.Contact, set[str]]]:
    """Follow-up contacts, and the conditions that they belong to, by either way."""
    pointing: dict[tuple[str, str], set[str]] = defaultdict(set)
    for c in care.conditions:
        for contact_id in c.follow_ups:
            pointing[(c.place, contact_id)].add(c.id)
    return [
        (contact, set(contact.conditions) | pointing[(contact.place, contact.id)])
        for contact in care.contacts
        if contact.kind == "follow_up"
    ]


def _ulcers(care: Care, p: Period) -> Iterator[Unit]:
    for citizen in care.nursing(p):
        years = age(citizen, p.end)
        if years < 65:
            continue
        ulcers = [c for c in care.conditions_of[citizen] if c.code.group == "PRESSURE_ULCER"]
        has = any(c.on(p.start, p.end) for c in ulcers)
        yield Unit("A19", citizen[0], years, has)
        nursed = [x.start for x in care.plans_of[citizen] if x.code.service == "NURS"]
        eve = p.start - DAY
        if nursed and min(nursed) <= p.start - 30 * DAY and not any(c.on(eve, eve) for c in ulcers):
            yield Unit("A20", citizen[0], years, has)


def quarter_before(care: Care, p: Period) -> Iterator[Unit]:
    for citizen, plans in care.plans_of.items():
        died = care.world.citizens[citizen]
        alive = [x for x in plans if x.last is None or x.last >= x.start]
        ends = {
            x.ended
            for x in alive
            if x.code.legacy.startswith("H2.")
            and x.ended
            and p.start <= x.ended <= p.end
            and not (died and x.ended >= died)
        }
        for ended in ends:
            after, late = ended + DAY, ended + 91 * DAY
            if any(x.code.legacy.startswith("H2.") and x.on(after, after) for x in alive):
                continue
            if any(x.code.group == "TEMPORARY_STAY" and x.on(late, late) for x in alive) or (died and died <= late):
                continue
            yield Unit("A08", citizen[0], age(citizen, ended), not any(is_care(x) and x.on(late, late) for x in alive))


def rolling(care: Care, p: Period) -> Iterator[Unit]:
    for citizen, start in care.starts:
        if p.start <= start <= p.end and age(citizen, start) >= 65:
            first = [x for x in care.plans_of[citizen] if is_care(x) and abs((x.start - start).days) <= 7]
            first = [x for x in first if x.last is None or x.last >= x.start]
            yield Unit("A07", citizen[0], age(citizen, start), any(x.code.legacy.startswith("H2.") for x in first))
    for condition in care.conditions:
        if condition.code.parent not in ("J1", "J2") or not condition.levels:
            continue
        first = min(condition.levels)
        again = [t for t in care.told(condition) if 90 <= (t[0] - first).days <= 270]
        if not again:
            continue
        on, level, _ = max(again, key=lambda t: (t[0], not t[2]))
        before, years = condition.levels[first], age(condition.citizen, on)
        if not p.start <= on <= p.end:
            continue
        if condition.code.parent == "J1" and before >= 1:
            yield Unit("A11", condition.place, years, level < before)
        if before <= 3:
            yield Unit("A12" if condition.code.parent == "J1" else "A13", condition.place, years, level > before)
    for plan in care.plans:
        if (
            plan.code.group == "TEMPORARY_STAY"
            and p.start <= plan.start <= p.end
            and age(plan.citizen, plan.start) >= 80
        ):
            yield Unit("A25", plan.place, age(plan.citizen, plan.start), 1, 0)
