"""One `Record` is a journal that also remembers what was true: one `Fact` per version of a condition, intervention, goal or follow-up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from orchestration.synthetic.identities import stable_id
from orchestration.synthetic.journal import CITIZEN, Journal
from orchestration.synthetic.nation.population import Person
from orchestration.synthetic.nation.sources import Source, habits
from orchestration.synthetic.style import COPENHAGEN


@dataclass(slots=True)
class Fact:
    """What holds of one thing from a moment on. `true_level`: as a good assessor would see it; `facts`: as written down.

    `about`: ids of the conditions that a planned follow-up is of.
    """

    name: str
    resource_id: str
    kind: str
    at: datetime
    facts: dict[str, Any]
    true_level: int | None
    is_mistake: bool
    about: tuple[str, ...] = ()


class Record(Journal):
    """The record of one citizen at one municipality. Times are given as day number and minute of the day."""

    def __init__(self, person: Person, source: Source, start: date, day: int, key: str) -> None:
        self.person, self.source, self.start = person, source, start
        self.told: list[Fact] = []
        self.mistakes: set[str] = set()
        self.given_ids: dict[str, str] = {}
        self._reviews: dict[str, tuple[str, ...]] = {}
        self.changed = False
        self._ahead = habits().clock.minutes if "clock" in source.names else 0
        self._true_level: int | None = None
        at = self.moment(day, 6 * 60)
        super().__init__(source.styles[day], key, cpr=person.cpr, sor_code=source.sor_code, opened_at=at)

    def moment(self, day: int, minute: int) -> datetime:
        """When it was by the source's clock."""
        return _moment(self.start, day, minute + self._ahead)

    def note(
        self, name: str, at: datetime, kind: str | None = None, /, true_level: int | None = None, **facts: Any
    ) -> None:
        """Write, and remember the true level with it."""
        self._true_level = true_level
        self.write(name, at, kind, **facts)
        self._true_level = None

    def write(self, name: str, at: datetime, kind: str | None = None, /, **facts: Any) -> None:
        """As the journal does; what is told is remembered."""
        super().write(name, at, kind, **facts)
        self.changed = True
        entry = self.entries[name]
        if entry.kind != CITIZEN:
            level = entry.facts.get("severity") if self._true_level is None else self._true_level
            about = self._reviews.get(name, ())
            self.told.append(Fact(name, entry.id, entry.kind, at, entry.facts, level, name in self.mistakes, about))

    def new_id(self, name: str) -> str:
        """As the journal's, but for what comes from another record with its id."""
        return self.given_ids.get(name) or super().new_id(name)

    def plan_follow_up(self, name: str, at: datetime, on: date, of: Sequence[str]) -> None:
        """As the journal does; of which conditions is remembered."""
        self._reviews[name] = tuple(self.id_of(each) for each in of if self.entries[each].kind == "condition")
        super().plan_follow_up(name, at, on, of)

    def lose(self, name: str, at: datetime) -> None:
        """An entry is moved to another record: nothing more is said of it here."""
        entry = self.entries.pop(name)
        self.told.append(
            Fact(name, entry.id, entry.kind, at, entry.facts | {"lost": True}, None, name in self.mistakes)
        )

    def forget(self, name: str) -> None:
        """Take an entry that nothing refers to out of the record once it is reported: it will never change."""
        del self.entries[name]

    @property
    def patient_id(self) -> str:
        """The resource id of the citizen."""
        return self.entries[CITIZEN].id


@lru_cache(maxsize=65_536)
def _moment(start: date, day: int, minute: int) -> datetime:
    """One object a moment: it remembers its hash, by which its text is found."""
    hour, rest = divmod(minute, 60)
    return datetime.combine(start + timedelta(days=day), time(hour, rest), COPENHAGEN)


def record_key(person: Person, source: Source, seed: int) -> str:
    """The name that all ids of a record follow from: seed, where it is kept, whose it is."""
    return stable_id("nation", str(seed), source.municipality.code, person.municipality.code, str(person.number))
