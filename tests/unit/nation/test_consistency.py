"""One case is one thing that does not hang together, told by hand in the reports of a few days, and the rules it breaks."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.synthetic.codes import concept
from orchestration.synthetic.identities import invented_cpr, sor_code_for_tests
from orchestration.synthetic.journal import CITIZEN, Journal
from orchestration.synthetic.nation.consistency import faults
from orchestration.synthetic.nation.ideal import LATE, SILENT
from orchestration.synthetic.nation.known import Known
from orchestration.synthetic.nation.plan import plan
from orchestration.synthetic.nation.run import generate
from orchestration.synthetic.style import COPENHAGEN, NEW, OLD

FIRST, DAYS = date(2026, 3, 2), 10
CPR = invented_cpr(date(1938, 5, 17), "female")


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, 2, hour, tzinfo=COPENHAGEN) + timedelta(days=day)


def on(day: int) -> date:
    return FIRST + timedelta(days=day)


class Told:
    """A record with a home care condition, a goal, help and a follow-up date after the period; a report a day."""

    def __init__(self) -> None:
        self.record = Journal(NEW, "anna", cpr=CPR, sor_code=sor_code_for_tests("0461"), opened_at=at(0, 8))
        self.known = Known()
        write = self.record.write
        write("walking", at(0), "condition", code=concept("J3.8"), recorded=on(0), severity=2)
        write("aim", at(0), "goal", condition="walking", severity=1, start=on(0))
        write("help", at(0), "planned_intervention", code=concept("H1.4"), granted=on(0), conditions=["walking"])
        self.record.plan_follow_up("review", at(0), on(20), ["walking"])
        self.report(0)

    def report(self, day: int, arrives: int | None = None) -> None:
        self.known.take(day if arrives is None else arrives, self.record.report(on(day)))

    def faults(self) -> set[tuple[str, str, int]]:
        names = {entry.id: name for name, entry in self.record.entries.items()}
        return {(f.rule_id, names[f.resource_id], f.day) for f in faults(self.known, FIRST, DAYS)}


def changed(name: str, **facts: object) -> Callable[[Told], None]:
    """One entry is written anew on day 2, and reported."""

    def tell(told: Told) -> None:
        told.record.write(name, at(2), **facts)
        told.report(2)

    return tell


def withdrawn(*names: str) -> Callable[[Told], None]:
    def tell(told: Told) -> None:
        for name in names:
            told.record.withdraw(name, at(2))
        told.report(2)

    return tell


def _help_ends_and_goes_on(told: Told) -> None:
    told.record.write("help", at(2), status="completed", activity_status="completed", ends=on(2))
    told.report(2)
    told.record.write("help", at(4), status="active", activity_status="in-progress", ends=None)
    told.report(4)


def _the_same_late(told: Told) -> None:
    """What ended comes first, what went before it two days later: the order is that of the record."""
    told.record.write("help", at(2), granted=on(-5))
    late = told.record.report(on(2))
    told.record.write("help", at(3), status="completed", activity_status="completed", ends=on(3))
    told.report(3)
    told.known.take(5, late)


def _never_sent_but_withdrawn(told: Told) -> None:
    told.record.write("wrong", at(2), "condition", code=concept("J3.5"), recorded=on(2), severity=1)
    told.record.withdraw("wrong", at(2, 13))
    told.report(2)


def _withdrawn_with_other_content(told: Told) -> None:
    told.record.write("aim", at(2), severity=3)
    told.record.withdraw("aim", at(2, 13))
    told.report(2)


def _dead(told: Told, hours_after: int) -> None:
    told.record.write(CITIZEN, at(2), deceased=True)
    told.report(2)
    told.record.write("help", at(2, 12) + timedelta(hours=hours_after), status="completed", activity_status="completed")
    told.report(2 + (12 + hours_after) // 24)


def _by_mistake_after_all(told: Told) -> None:
    told.record.withdraw(CITIZEN, at(2))
    told.report(2)
    told.record.write(CITIZEN, at(4), active=None)
    told.report(4)


def _twice(told: Told) -> None:
    told.record.write("again", at(2), "condition", code=concept("J3.8"), recorded=on(2), severity=2)
    told.record.plan_follow_up("review-2", at(2), on(20), ["again"])
    told.report(2)


def _a_second_goal(told: Told) -> None:
    told.record.write("aim-2", at(2), "goal", condition="walking", severity=0, start=on(2))
    told.report(2)


def _moved(told: Told) -> None:
    other = Journal(NEW, "anna", cpr=invented_cpr(date(1940, 2, 3), "male"), sor_code="1", opened_at=at(0, 8))
    other.new_id = lambda name: "of-the-other" if name == CITIZEN else Journal.new_id(other, name)  # type: ignore[method-assign]
    other.write(CITIZEN + "-2", at(0), "citizen", cpr=CPR, sor_code="1")
    del other.entries[CITIZEN + "-2"]
    other.entries[CITIZEN].id = "of-the-other"
    other.write("help", at(3), "planned_intervention", code=concept("H1.4"), granted=on(0))
    told.known.take(3, other.report(on(3)))


def _seen_and_changed(told: Told, *, is_error: bool) -> None:
    told.record.write(
        "outcome", at(2), "follow_up_observation", value=concept("E1"), effective=at(2), conditions=["walking"]
    )
    told.report(2)
    told.record.write("outcome", at(3), value=concept("E2"), **({"status": "entered-in-error"} if is_error else {}))
    told.report(3)


def _visited(told: Told, status: str) -> None:
    facts = {"type_code": "784275f1-6822-4a88-b361-d958007d5253", "start": at(2), "interventions": ["help"]}
    told.record.write("visit", at(2), "general_encounter", status=status, **facts)
    told.report(2)
    told.record.write("visit", at(3), start=at(3))
    told.report(3)


def _done(told: Told) -> None:
    told.record.write("act", at(2), "completed_intervention", code=concept("H1.4"), performed=at(2))
    told.report(2)
    told.record.write("act", at(3), performed=at(1))
    told.report(3)


def _due(told: Told, *, assessed_on: int | None) -> None:
    told.record.write("review", at(1), start=on(4))
    told.report(1)
    if assessed_on is not None:
        day = assessed_on
        facts = {"value": concept("E1"), "effective": at(day), "conditions": ["walking"]}
        told.record.write("outcome", at(day), "follow_up_observation", **facts)
        told.report(day)


CASES: dict[str, tuple[Callable[[Told], None], set[tuple[str, str, int]]]] = {
    "nothing": (lambda told: told.report(3), set()),
    "another level": (changed("walking", severity=3), set()),
    "another code": (changed("walking", code=concept("J3.5")), {("condition.code.immutable", "walking", 2)}),
    "other help": (changed("help", code=concept("H1.1")), {("plannedIntervention.code.immutable", "help", 2)}),
    "recorded anew": (changed("walking", recorded=on(1)), {("condition.recordedDate.stable", "walking", 2)}),
    "another aim": (changed("aim", severity=0), {("goal.change.new-instance", "aim", 2)}),
    "an aim reached": (changed("aim", status="completed"), set()),
    "help that ends": (changed("help", status="completed", activity_status="completed", ends=on(2)), set()),
    "help that goes on": (_help_ends_and_goes_on, {("resource.status.backwards", "help", 4)}),
    "late, but in order": (_the_same_late, set()),
    "ends before it began": (
        changed("help", status="completed", granted=on(-9), ends=on(-3)),
        {("resource.period.end-before-start", "help", 2)},
    ),
    "withdrawn, not sent": (_never_sent_but_withdrawn, {("error.entered-in-error.exists", "wrong", 2)}),
    "withdrawn, changed": (_withdrawn_with_other_content, {("error.entered-in-error.same-content", "aim", 2)}),
    "withdrawn, left": (
        withdrawn("walking"),
        {("error.dependents.cleaned", name, 2) for name in ("aim", "help", "review")},
    ),
    "withdrawn, cleaned": (withdrawn("walking", "aim", "help", "review"), set()),
    "dead, closed the same day": (lambda told: _dead(told, 3), set()),
    "dead, closed the next day": (lambda told: _dead(told, 24), {("citizen.deceased.reported", "help", 3)}),
    "by mistake": (
        withdrawn(CITIZEN),
        {("error.wrong-cpr", name, 2) for name in ("walking", "aim", "help", "review")},
    ),
    "by mistake, after all not": (_by_mistake_after_all, {("citizen.active.false", CITIZEN, 4)}),
    "twice": (_twice, {("condition.active.duplicate", name, 2) for name in ("walking", "again")}),
    "two goals": (_a_second_goal, {("goal.open.duplicate", name, 2) for name in ("aim", "aim-2")}),
    "moved to another": (_moved, {("resource.id.globally-unique", "help", 3)}),
    "an outcome changed": (lambda t: _seen_and_changed(t, is_error=False), {("observation.correction", "outcome", 3)}),
    "an outcome changed as it is withdrawn": (
        lambda told: _seen_and_changed(told, is_error=True),
        {("error.entered-in-error.same-content", "outcome", 3)},
    ),
    "a visit changed": (lambda told: _visited(told, "finished"), {("generalEncounter.correction", "visit", 3)}),
    "a planned visit moved": (lambda told: _visited(told, "planned"), set()),
    "an act changed": (_done, {("completedIntervention.correction", "act", 3)}),
    "no next date": (changed("review", status="cancelled"), {("condition.followup.planned", "walking", 2)}),
    "a date gone by": (lambda told: _due(told, assessed_on=None), {("followUp.overdue", "review", 5)}),
    "a date gone by, assessed": (lambda told: _due(told, assessed_on=4), set()),
    "a date gone by, assessed before": (lambda told: _due(told, assessed_on=3), {("followUp.overdue", "review", 5)}),
}


@pytest.mark.parametrize(("tell", "broken"), CASES.values(), ids=CASES)
def test_what_does_not_hang_together(tell: Callable[[Told], None], broken: set[tuple[str, str, int]]) -> None:
    told = Told()
    tell(told)
    assert told.faults() == broken


def test_the_old_way_of_a_follow_up_date_counts_as_one() -> None:
    record = Journal(OLD, "old", cpr=CPR, sor_code=sor_code_for_tests("0461"), opened_at=at(0, 8))
    record.write("ulcer", at(0), "condition", code=concept("I4.4"), recorded=on(0))
    known = Known()
    known.take(0, record.report(on(0)))
    assert [fault.rule_id for fault in faults(known, FIRST, DAYS)] == ["condition.followup.planned"]
    record.plan_follow_up("review", at(1), on(3), ["ulcer"])
    known.take(1, record.report(on(1)))
    assert [fault.rule_id for fault in faults(known, FIRST, DAYS)] == ["followUp.overdue"]
    assert [fault.rule_id for fault in faults(known, FIRST, 2)] == []


def test_every_kind_of_fault_is_in_a_nation(tmp_path: Path) -> None:
    """After an outage, what was missing is sent: nobody stays silent of a day but who had nothing to tell."""
    found = _rules_broken(tmp_path / "nation", citizens=6000, municipalities="40")
    assert found == {rule_id for _, broken in CASES.values() for rule_id, *_ in broken} | {LATE}
    assert SILENT in _rules_broken(tmp_path / "few", citizens=60, municipalities="0461,0751")


def _rules_broken(folder: Path, **asked: Any) -> set[str]:
    generate(plan(str(folder), seed=2, days=16, **asked))
    table = str(folder / "truth" / "consistency.parquet")
    rows = duckdb.sql("select distinct rule_id from read_parquet($1)", params=[table]).fetchall()
    return {row[0] for row in rows}
