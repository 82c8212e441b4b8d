"""One `Life` is one citizen's months with care at one municipality: what happens day by day, written into the record as it does."""

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from random import Random
from typing import Any

from orchestration.synthetic.nation import doings
from orchestration.synthetic.nation.events import events
from orchestration.synthetic.nation.needs import Group, Living, Walk
from orchestration.synthetic.nation.plan import Plan
from orchestration.synthetic.nation.record import Record
from orchestration.synthetic.style import Json

Act = Callable[[int, int], None]
"""Something that happens on a day (number) at a minute of it."""
FIRST, LAST = 7 * 60, 20 * 60


class Life:
    """Runs an agenda in order of time. `rng` is this citizen's own, so that no other life changes it."""

    def __init__(self, record: Record, walks: list[Walk], plan: Plan, rng: Random) -> None:
        self.record, self.walks, self.plan, self.rng = record, walks, plan, rng
        self.source, self.opened = record.source, 0
        self._agenda: list[tuple[int, int, int, Act]] = []
        self._count = 0
        self.passing: list[str] = []

    def at(self, day: int, act: Act, minute: int | None = None) -> None:
        """Put something on the agenda; beyond the period it does not happen."""
        if day < self.plan.days:
            self._count += 1
            minute = self.rng.randrange(FIRST, LAST) if minute is None else minute
            heappush(self._agenda, (day, minute, self._count, act))

    def reports(self) -> Iterator[tuple[int, Json]]:
        """The days on which something changed, and the report of each."""
        while self._agenda:
            day = self._agenda[0][0]
            self.record.changed = False
            self.record.style = self.source.styles[day]
            while self._agenda and self._agenda[0][0] == day:
                _, minute, _, act = heappop(self._agenda)
                act(day, minute)
            if self.record.changed:
                yield day, self.record.report(self.plan.day(day))
            for name in self.passing:
                self.record.forget(name)
            self.passing.clear()

    def stop(self) -> None:
        """Nothing more happens."""
        self._agenda.clear()

    def standing(self) -> list[Living]:
        """The needs that are open now."""
        return [living for walk in self.walks for living in walk.members() if living.is_open]

    def let_go(self, name: str, day: int) -> None:
        """What belongs to a moment leaves the record when it is reported; now and then it is changed later, under its id."""
        event = events().changed_later
        if event.happens(self.rng):
            self.at(day + event.delay(self.rng), lambda on, minute: doings.change_later(self, name, on, minute))
        else:
            self.passing.append(name)

    def name(self, stem: str) -> str:
        """A new name in the record."""
        self._count += 1
        return f"{stem}-{self._count}"

    def begin(self, first_day: int) -> None:
        """Put the needs on the agenda, from the day on which this record is opened."""
        self.opened = first_day
        for walk in self.walks:
            for group in walk.groups:
                standing = [each for each in group.members if each.begins <= first_day]
                if alive := [each for each in standing if each.ends is None or each.ends > first_day]:
                    self.at(first_day, self._opening(group, alive), self.rng.randrange(FIRST, LAST))
                for living in group.members:
                    if living.begins > first_day:
                        self.at(living.begins, self._opening(group, [living]))
            if walk.acts:
                doings.next_act(self, walk, first_day)
            if walk.path.interest and self.record.style.follow_up == "extension":
                doings.interest(self, walk.path.interest, first_day)

    def _opening(self, group: Group, members: list[Living]) -> Act:
        def opens(day: int, minute: int) -> None:
            for number, living in enumerate(members):
                self._open(living, day, min(minute + 2 * number, LAST))
                if living.ends is not None:
                    self.at(max(living.ends, day + 1), self._closing(group, living))
            if not group.planned:
                self._plan_review(group, day, minute + 20)

        return opens

    def _open(self, living: Living, day: int, minute: int) -> None:
        """Condition, goal and help of one need."""
        record, source, need = self.record, self.source, living.need
        at, is_new = record.moment(day, minute), record.style.codes == "uuid"
        since = self.plan.day(min(living.begins, day))
        living.is_open = True
        if living.level is not None:
            living.written = source.written_level(living.level, self.rng)
        code = need.condition.concept(is_new)
        record.note(
            living.name, at, "condition", true_level=living.level, code=code, recorded=since, severity=living.written
        )
        self.set_goal(living, day, minute + 1)
        for help_ in need.help:
            written = source.written_help(help_.concept(is_new), living.is_home_care, self.rng)
            name = self.name(f"{living.name}.help")
            living.plans.append(name)
            facts: dict[str, Any] = {"code": written, "granted": since, "conditions": [living.name]}
            facts |= {"local": source.local(written, self.rng), "delivery_types": ["individual"]}
            record.note(name, record.moment(day, minute + 2), "planned_intervention", **facts)
            if help_.visits and source.has("visits", self.rng):
                doings.next_visit(self, living, name, help_.visits, day)
        if living.is_home_care and record.style.follow_up == "extension" and events().own_words.happens(self.rng):
            doings.own_words(self, living, day, minute + 3)

    def set_goal(self, living: Living, day: int, minute: int) -> None:
        """End the goal that stands, if any, and set the next."""
        record, at = self.record, self.record.moment(day, minute)
        if living.goal:
            record.note(living.goal, at, status="completed")
            living.goal = ""
        if living.need.goal and living.is_open:
            living.goal = self.name(f"{living.name}.goal")
            record.note(
                living.goal, at, "goal", condition=living.name, severity=living.target, start=self.plan.day(day)
            )

    def _plan_review(self, group: Group, day: int, minute: int) -> None:
        """Agree on the next follow-up of what is open in the group; some sources don't write it down."""
        if not group.open:
            return
        on = day + group.next_review(self.rng)
        group.count += 1
        group.planned = f"{group.name}.review-{group.count}"
        if self.source.has("no_follow_up", self.rng):
            group.planned += "-unwritten"
        else:
            names = [living.name for living in group.open]
            if self.record.style.name == "old":  # that system ties follow-ups to nursing interventions as well
                names += [plan for living in group.open if not living.is_home_care for plan in living.plans]
            self.record.plan_follow_up(group.planned, self.record.moment(day, minute), self.plan.day(on), names)
        event = events().overdue
        self.at(on + (event.delay(self.rng) if event.happens(self.rng) else 0), self._review(group))

    def _review(self, group: Group) -> Act:
        def reviews(day: int, minute: int) -> None:
            standing = group.open
            if all(living.ends is not None and living.ends <= day for living in standing):
                return  # nothing is open, or it is closed today, which is a follow-up of its own
            outcome = "E1 Fortsættes"
            for number, living in enumerate(standing):
                if living.review(self.rng):
                    outcome = "E2 Ændres inden for rammen"
                    self.write_level(living, day, minute + 2 * number)
            doings.hold(self, group, standing, outcome, day, minute + 20)
            self._plan_review(group, day, minute + 25)

        return reviews

    def write_level(self, living: Living, day: int, minute: int) -> None:
        """The new level of a home care condition, and the next goal."""
        living.written = self.source.written_level(living.level or 0, self.rng)
        at = self.record.moment(day, minute)
        self.record.note(living.name, at, true_level=living.level, severity=living.written)
        self.set_goal(living, day, minute + 1)

    def _closing(self, group: Group, living: Living) -> Act:
        def closes(day: int, minute: int) -> None:
            if not living.is_open:
                return
            out_of_focus = events().out_of_focus.happens(self.rng)
            if group.open == [living]:
                doings.hold(self, group, [living], "E3 Afsluttes", day, minute)
            self.close(living, day, minute + 5, out_of_focus=out_of_focus)

        return closes

    def close(self, living: Living, day: int, minute: int, *, out_of_focus: bool = False) -> None:
        """End a need: condition, goal, help. What has ended has no next follow-up."""
        record, at = self.record, self.record.moment(day, minute)
        living.is_open = False
        facts: dict[str, Any] = {"in_focus": False} | ({} if out_of_focus else {"clinical": "inactive"})
        if record.entries[living.name].facts.get("follow_up"):
            facts["follow_up"] = None
        self.set_goal(living, day, minute)
        record.note(living.name, at, true_level=living.level, **facts)
        self.end_help(living, day, minute)

    def end_help(self, living: Living, day: int, minute: int) -> None:
        """Complete the interventions of a need."""
        for name in living.plans:
            ended: dict[str, Any] = {"status": "completed", "activity_status": "completed", "ends": self.plan.day(day)}
            if self.record.entries[name].facts.get("follow_up"):
                ended["follow_up"] = None
            self.record.note(name, self.record.moment(day, minute), **ended)
        living.plans = []
