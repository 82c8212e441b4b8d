"""One `Ideal` is the gateway as it should be: what it could know of the reports that arrived, and what does not hang together."""

from collections import Counter
from dataclasses import dataclass

from orchestration.synthetic.nation.citizens import Story
from orchestration.synthetic.nation.consistency import faults
from orchestration.synthetic.nation.known import Known
from orchestration.synthetic.nation.plan import Plan
from orchestration.synthetic.nation.sending import Sent
from orchestration.synthetic.nation.sources import Source
from orchestration.synthetic.nation.truth import Truth

LATE = "deliveryReport.frequency.daily"
SILENT = "sender.day.silent"
MOVED = "resource.id.globally-unique"
IN_TIME = 1
"""Days after the one that a report tells of: it is drawn late in the evening, and may arrive after midnight."""
ENCOUNTER = "encounter"


@dataclass(frozen=True)
class Told:
    """A life told, and what arrived of it in order of arrival; `then` where the citizen has moved to."""

    story: Story
    source: Source
    sent: list[Sent]
    then: "Told | None" = None


class Ideal:
    """Writes the tables known, consistency and counts."""

    def __init__(self, plan: Plan, truth: Truth, sources: dict[str, Source]) -> None:
        self.plan, self.truth, self.sources = plan, truth, sources
        self._states: dict[tuple[int, str], Counter[str]] = {}
        self._told_of: set[tuple[int, str]] = set()

    def learn(self, neighbours: list[Told]) -> None:
        """Citizens of one municipality between whose records something was moved (mostly one), and where they went."""
        if not neighbours:  # a municipality with no citizens reports nothing
            return
        here = self._know(neighbours)
        for told in neighbours:
            if told.then is not None:
                there = self._know([told.then])
                if told.then.story.record.given_ids:
                    self._compare(here, told.source, there, told.then.source)

    def close(self) -> None:
        """What is counted."""
        for (day, code), states in sorted(self._states.items()):
            counted = (states["accepted"], states["rejected"], states["duplicate"])
            sender_id = self.sources[code].municipality.sender_id
            self.truth.add("counts", self.plan.day(day), sender_id, code, sum(counted), *counted)
        heard = {code for _, code in self._states}
        for code in filter(heard.__contains__, self.sources):  # who never reports is not silent: nobody has heard of it
            for day in range(self.plan.days - 1):  # the last day is not over
                if (day, code) not in self._states and (day, code) not in self._told_of:
                    self.truth.add("consistency", SILENT, code, None, "sender", None, self.plan.day(day + 1))

    def _know(self, neighbours: list[Told]) -> Known:
        known, code = Known(), neighbours[0].source.municipality.code
        arrived = [one for told in neighbours for one in told.sent]
        if len(neighbours) > 1:
            arrived.sort(key=lambda one: one.sent_day)  # within a day, citizen by citizen
        for one in arrived:
            self._states.setdefault((one.sent_day, code), Counter())[one.state] += 1
            if one.state == "accepted" and one.bundle is not None:
                self._told_of.add((one.report_day, code))
                patient_id = known.take(one.sent_day, one.bundle)
                if one.sent_day > one.report_day + IN_TIME:
                    self._tell(LATE, code, patient_id, "delivery_report", one.bundle_id, one.sent_day)
        for row in known.all():
            state, until = row.state, None if row.until is None else self.plan.day(row.until)
            what = (state.state, state.code or None, state.level, state.is_follow_up, state.starts_on, state.ends_on)
            more = (list(state.about), state.follow_up or None, state.local or None, row.is_active)
            head = (code, row.patient_id, _mart(row.kind), row.resource_id)
            self.truth.add("known", *head, *what, *more, self.plan.day(row.since), until)
        for fault in faults(known, self.plan.start, self.plan.days):
            self._tell(fault.rule_id, code, fault.patient_id, fault.kind, fault.resource_id, fault.day)
        return known

    def _compare(self, one: Known, source: Source, other: Known, to: Source) -> None:
        """The same id in two municipalities: a fault of the one that came later with it."""
        for key in sorted(one.versions.keys() & other.versions.keys()):
            first, second = one.versions[key][0], other.versions[key][0]
            is_later = (second.day, to.municipality.code) > (first.day, source.municipality.code)
            late, at = (second, to) if is_later else (first, source)
            self._tell(MOVED, at.municipality.code, late.patient_id, *key, late.day)

    def _tell(self, rule_id: str, code: str, patient_id: str, kind: str, resource_id: str, day: int) -> None:
        self.truth.add("consistency", rule_id, code, patient_id, _mart(kind), resource_id, self.plan.day(day))


def _mart(kind: str) -> str:
    """The kind as the fact's table is called: contacts are one."""
    return ENCOUNTER if kind == "general_encounter" else kind
