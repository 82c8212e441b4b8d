"""One `Fault` is one thing in the accepted reports that does not hang together: told by the rule it breaks, per resource.

Read from the reports as they were delivered, and judged as everything stands known at the end of the period. What each
rule means here is said in README.md. These are no rules of the door: nobody is rejected for them.
"""

import itertools
from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from orchestration.synthetic.nation.known import Key, Known, Version
from orchestration.synthetic.nation.states import ENDED_STATES, WITHDRAWN, State, goes_on
from orchestration.synthetic.style import COPENHAGEN

FOR_A_MOMENT = {
    "general_encounter": "generalEncounter.correction",
    "follow_up": "observation.correction",
    "citizen_observation": "observation.correction",
    "matter_of_interest": "observation.correction",
    "completed_intervention": "completedIntervention.correction",
    "goal": "goal.change.new-instance",
}
"""Kinds that belong to a point in time: another content is another resource. Kind → rule."""
NEW_CODE = {"condition": "condition.code.immutable", "planned_intervention": "plannedIntervention.code.immutable"}
DONE = "finished"


class Fault(NamedTuple):
    """`day`: day number from whose reports on it could be seen."""

    rule_id: str
    kind: str
    resource_id: str
    patient_id: str
    day: int


def faults(known: Known, first_day: date, days: int) -> Iterator[Fault]:
    """Every fault of these citizens in a period, each (rule, resource) once."""
    histories = known.histories()
    seen: set[tuple[str, Key]] = set()
    for fault in (*_of_versions(histories), *_of_the_dead(histories), *_of_mistakes(known, histories)):
        if (place := (fault.rule_id, (fault.kind, fault.resource_id))) not in seen:
            seen.add(place)
            yield fault
    yield from _of_what_stands(known)
    yield from _follow_ups(known, first_day, days)


def _of_versions(histories: dict[Key, list[Version]]) -> Iterator[Fault]:
    """One version against the one before it."""
    for key, history in histories.items():
        first = history[0]
        if first.state.state == WITHDRAWN:
            yield _fault("error.entered-in-error.exists", key, first)
        for before, after in itertools.pairwise(history):
            for rule_id in _changes(key[0], before, after):
                yield Fault(rule_id, *key, after.patient_id, max(before.day, after.day))


def _changes(kind: str, before: Version, after: Version) -> Iterator[str]:
    was, is_ = before.state, after.state
    if before.patient_id != after.patient_id:
        yield "resource.id.globally-unique"
        return
    if is_.state == WITHDRAWN:
        if was.state != WITHDRAWN and was.content() != is_.content():
            yield "error.entered-in-error.same-content"
        return
    if (
        was.state in ENDED_STATES
        and is_.state not in ENDED_STATES
        and (was.state, is_.state) != ("inactive", "out_of_focus")
    ):
        yield "resource.status.backwards"
    if kind in NEW_CODE and was.code != is_.code:
        yield NEW_CODE[kind]
    if kind == "condition" and was.starts_on != is_.starts_on:
        yield "condition.recordedDate.stable"
    if kind == "planned_intervention" and was.starts_on and is_.ends_on and is_.ends_on < was.starts_on:
        yield "resource.period.end-before-start"
    is_over = was.state != WITHDRAWN and (kind != "general_encounter" or was.state == DONE)
    if kind in FOR_A_MOMENT and is_over and was.content() != is_.content():
        yield FOR_A_MOMENT[kind]


def _of_the_dead(histories: dict[Key, list[Version]]) -> Iterator[Fault]:
    """Something new is written about somebody on a day after he or she was reported dead."""
    died = {
        key[1]: next(version for version in history if version.state.state == "deceased")
        for key, history in histories.items()
        if key[0] == "citizen" and any(version.state.state == "deceased" for version in history)
    }
    if not died:
        return
    for key, history in histories.items():
        for version in history if key[0] != "citizen" else ():
            death = died.get(version.patient_id)
            if death is not None and _date(version) > _date(death):
                yield Fault("citizen.deceased.reported", *key, version.patient_id, max(death.day, version.day))


def _of_mistakes(known: Known, histories: dict[Key, list[Version]]) -> Iterator[Fault]:
    """A citizen reported by mistake: what is left standing, and what comes after all the same."""
    for (kind, name), history in histories.items():
        said = [version for version in history if version.state.state == "by_mistake"]
        if kind != "citizen" or not said:
            continue
        if (last := history[-1]) is not said[-1]:
            yield Fault("citizen.active.false", kind, name, name, max(last.day, said[-1].day))
            continue
        for key, newest in known.newest().items():
            if newest.patient_id == name and key[0] != "citizen" and newest.state.state != WITHDRAWN:
                yield Fault("error.wrong-cpr", *key, name, max(newest.day, said[0].day))


def _of_what_stands(known: Known) -> Iterator[Fault]:
    """The newest of everything, at the end of the period."""
    newest = known.newest()
    gone = {key[1]: version.day for key, version in newest.items() if version.state.state == WITHDRAWN}
    same: dict[tuple[str, ...], list[tuple[Key, Version]]] = {}
    for key, version in newest.items():
        state = version.state
        if gone and state.state != WITHDRAWN and (hit := [gone[name] for name in _points_at(state) if name in gone]):
            yield Fault("error.dependents.cleaned", *key, version.patient_id, max(version.day, *hit))
        if goes_on(key[0], state) and not known.is_mistaken(version.patient_id):
            if key[0] == "condition":
                same.setdefault(("condition.active.duplicate", version.patient_id, state.code), []).append(
                    (key, version)
                )
            elif key[0] == "goal":
                for name in state.about:
                    same.setdefault(("goal.open.duplicate", name), []).append((key, version))
    for (rule_id, *_), alike in same.items():
        if len(alike) > 1:
            second = sorted(version.day for _, version in alike)[1]
            for key, version in alike:
                yield Fault(rule_id, *key, version.patient_id, max(version.day, second))


def _points_at(state: State) -> tuple[str, ...]:
    return (*state.about, state.follow_up) if state.follow_up else state.about


def _follow_ups(known: Known, first_day: date, days: int) -> Iterator[Fault]:
    """Active conditions without a next follow-up date, and dates that went by with nothing reported."""
    newest = known.newest()
    planned: dict[str, list[str]] = {}  # condition → encounters
    conditions: dict[str, list[str]] = {}  # encounter → active conditions
    assessed: dict[str, date] = {}  # condition → its latest assessment
    contacts = {key[1]: v for key, v in newest.items() if key[0].endswith("encounter")}
    dead = {key[1] for key, v in newest.items() if key[0] == "citizen" and v.state.state == "deceased"}
    for (kind, name), version in newest.items():
        state = version.state
        if kind == "follow_up" and state.state != WITHDRAWN and state.starts_on:
            for about in state.about:
                assessed[about] = max(assessed.get(about, state.starts_on), state.starts_on)
        pairs: list[tuple[str, str]] = []
        if kind == "condition" and state.follow_up:
            pairs = [(name, state.follow_up)]
        elif kind == "general_encounter" and state.is_follow_up:
            pairs = [(about, name) for about in state.about]
        for condition, encounter in pairs:
            if encounter in contacts and contacts[encounter].state.state == "planned":
                planned.setdefault(condition, []).append(encounter)
                conditions.setdefault(encounter, []).append(condition)
    standing = {
        key[1]: version
        for key, version in newest.items()
        if key[0] == "condition" and version.state.state == "active"
        and version.patient_id not in dead and not known.is_mistaken(version.patient_id)
    }  # fmt: skip
    for name, version in standing.items():
        if name not in planned:
            yield Fault("condition.followup.planned", "condition", name, version.patient_id, version.day)
    for name, of in conditions.items():
        contact = contacts[name]
        due = contact.state.starts_on
        if due is None or all(condition not in standing for condition in of):
            continue
        after = (due - first_day).days + 1
        if after < days and all(assessed.get(condition, date.min) < due for condition in of):
            yield Fault("followUp.overdue", _kind(newest, name), name, contact.patient_id, max(contact.day, after))


def _kind(newest: dict[Key, Version], name: str) -> str:
    return "encounter" if ("encounter", name) in newest else "general_encounter"


def _date(version: Version) -> date:
    return datetime.fromtimestamp(version.moment, COPENHAGEN).date()


def _fault(rule_id: str, key: Key, version: Version) -> Fault:
    return Fault(rule_id, *key, version.patient_id, version.day)
