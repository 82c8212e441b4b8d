"""One `Journal` is one citizen's record at one municipality: what stands in it, and a report of each day's changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from orchestration.synthetic import contacts, resources
from orchestration.synthetic.bundles import delivery_report
from orchestration.synthetic.identities import stable_id
from orchestration.synthetic.resources import Stamp
from orchestration.synthetic.style import COPENHAGEN, Json, Style

BUILDERS: dict[str, tuple[str, Callable[..., Json]]] = {
    "citizen": ("Patient", resources.citizen),
    "condition": ("Condition", resources.condition),
    "goal": ("Goal", resources.goal),
    "planned_intervention": ("CarePlan", resources.planned_intervention),
    "completed_intervention": ("Procedure", resources.completed_intervention),
    "encounter": ("Encounter", contacts.encounter),
    "general_encounter": ("Encounter", contacts.general_encounter),
    "matter_of_interest": ("Observation", contacts.matter_of_interest),
    "citizens_own_observation": ("Observation", contacts.citizens_own_observation),
    "follow_up_observation": ("Observation", contacts.follow_up_observation),
}
"""Kind of entry → FHIR resource type and builder; in the order of a report."""
RANK = {kind: place for place, kind in enumerate(BUILDERS)}

LINKS = {
    "condition": "condition_id",
    "conditions": "condition_ids",
    "interventions": "planned_intervention_ids",
    "matter": "matter_of_interest_id",
    "follow_up": "follow_up_id",
}
"""Facts that name other entries → the builder's parameter that takes their ids."""

WITHDRAWN: dict[str, dict[str, Any]] = {
    "citizen": {"active": False},
    # con-5 of FHIR: a condition that is entered in error has no clinicalStatus.
    "condition": {"clinical": None, "verification": "entered-in-error"},
}
"""Kind → the facts that withdraw it; `status` entered-in-error for all others."""

CITIZEN = "citizen"
EXPORT_TIME = time(23, 45)
"""A report is drawn when the day is over: it holds the whole day."""


@dataclass(slots=True)
class Entry:
    """What stands in the record under one name. `at` is when it last changed, `day` that moment's date in Denmark.

    `links`: names of the entries that this one refers to. `written`: the style in which it was last built, and the resource;
    an entry is built once, however often it is repeated.
    """

    id: str
    kind: str
    at: datetime
    facts: dict[str, Any] = field(default_factory=dict)
    written: tuple[Style, Json] | None = None
    day: date = field(init=False)
    links: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.day = (self.at if self.at.tzinfo is COPENHAGEN else self.at.astimezone(COPENHAGEN)).date()
        self.links = []
        for key in LINKS:
            if key in self.facts and (value := self.facts[key]):
                self.links += [value] if isinstance(value, str) else value


class Journal:
    """Entries have short names within the record (`wound`, `dressing`); their ids follow from the names."""

    def __init__(self, style: Style, key: str, *, cpr: str, sor_code: str, opened_at: datetime) -> None:
        self.style = style
        self.key = key
        self.entries: dict[str, Entry] = {}
        self.write(CITIZEN, opened_at, CITIZEN, cpr=cpr, sor_code=sor_code)

    def id_of(self, name: str) -> str:
        """The resource id of an entry."""
        return self.entries[name].id

    def new_id(self, name: str) -> str:
        """The resource id that an entry of this name gets."""
        return stable_id(self.key, name)

    def write(self, name: str, at: datetime, kind: str | None = None, /, **facts: Any) -> None:
        """Make a new entry (with its kind), or change some facts of one that stands there.

        Raises:
            ValueError: a new entry without kind, or an old one with.
            KeyError: a fact names an entry that isn't there.
        """
        entry = self.entries.get(name)
        if (entry is None) is (kind is None):
            raise ValueError(f"{self.key}: {name} must be written once with a kind, then changed without")
        if entry is None:
            assert kind is not None
            changed = Entry(self.new_id(name), kind, at, facts)
        else:
            changed = Entry(entry.id, entry.kind, at, entry.facts | facts)
        for linked in changed.links if LINKS.keys() & facts.keys() else ():
            if linked not in self.entries:
                raise KeyError(f"{self.key}: {name} refers to {linked}, which is not in the record")
        self.entries[name] = changed

    def plan_follow_up(self, name: str, at: datetime, on: date, of: Sequence[str]) -> None:
        """Plan the next follow-up in the way of the style; the new one knows follow-ups of conditions only."""
        if self.style.follow_up == "general_encounter":
            conditions = [target for target in of if self.entries[target].kind == "condition"]
            self.write(name, at, "general_encounter", type_code=contacts.FOLLOW_UP, start=on, conditions=conditions)
            return
        self.write(name, at, "encounter", start=on)
        for target in of:
            self.write(target, max(at, self.entries[target].at), follow_up=name)

    def withdraw(self, name: str, at: datetime) -> None:
        """Say that the newest version of an entry was a mistake; its content stays as it was."""
        kind = self.entries[name].kind
        self.write(name, at, **WITHDRAWN.get(kind, {"status": "entered-in-error"}))

    def report(self, day: date) -> Json:
        """The delivery report of one day: what changed that day, and whatever that refers to."""
        names = [CITIZEN, *(name for name, entry in self.entries.items() if entry.day == day)]
        for name in names:  # grows while it is walked: the closure of references
            names += [linked for linked in self.entries[name].links if linked not in names]
        chosen = sorted(dict.fromkeys(names), key=lambda name: RANK[self.entries[name].kind])
        exported_at = datetime.combine(day, EXPORT_TIME, COPENHAGEN)
        made = [self._build(name, day, exported_at) for name in chosen]
        return delivery_report(self.style, stable_id(self.key, "report", day.isoformat()), exported_at, made)

    def _build(self, name: str, day: date, exported_at: datetime) -> Json:
        entry = self.entries[name]
        if entry.written is None or entry.written[0] is not self.style:
            entry.written = (self.style, self._resource(entry))
        made = entry.written[1]
        if entry.day != day and self.style.restamps:  # repeated as context only
            return made | {"meta": made["meta"] | {"lastUpdated": self.style.time(exported_at)}}
        return made

    def _resource(self, entry: Entry) -> Json:
        facts = dict(entry.facts)
        for key, parameter in LINKS.items():
            if key in facts:
                named = facts.pop(key)
                facts[parameter] = named and (
                    self.id_of(named) if isinstance(named, str) else [self.id_of(each) for each in named]
                )
        return BUILDERS[entry.kind][1](Stamp(self.style, entry.id, entry.at, self.id_of(CITIZEN)), **facts)
