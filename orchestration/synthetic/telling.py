"""One telling turns one citizen's lines of a story into a record, and the record into the report of one day."""

from datetime import date, datetime, time
from typing import Any

from orchestration.synthetic.codes import concept
from orchestration.synthetic.contacts import DELIVERY
from orchestration.synthetic.identities import invented_cpr, sor_code_for_tests
from orchestration.synthetic.journal import CITIZEN, Entry, Journal
from orchestration.synthetic.story import Line, Story
from orchestration.synthetic.style import COPENHAGEN, STYLES, Json, When


def journal(sender_id: str, story: Story, name: str, last_day: date) -> Journal:
    """A citizen's record as it stood in the evening of `last_day`."""
    person = story.citizens[name]
    lines = [
        (_moment(day, line.at), entry, line)
        for day, entries in person.days.items()
        for entry, line in entries.items()
        if day <= last_day
    ]
    made = Journal(
        STYLES[story.style],
        f"{sender_id}/{name}",
        cpr=invented_cpr(person.born, person.sex),
        sor_code=sor_code_for_tests(story.municipality),
        opened_at=lines[0][0],
    )
    for at, entry, line in lines:
        if entry in made.entries:
            _change(made, entry, at, line)
        else:
            _write(made, entry, at, line)
    return made


def report(sender_id: str, story: Story, name: str, day: date) -> Json:
    """The delivery report on one citizen and one day."""
    return journal(sender_id, story, name, day).report(day)


def _write(made: Journal, name: str, at: datetime, line: Line) -> None:
    day = at.date()
    observed: When = at if made.style.codes == "uuid" else day  # older systems know the day of an observation only
    conditions = [target for target in line.of if made.entries[target].kind == "condition"]
    interventions = [target for target in line.of if made.entries[target].kind == "planned_intervention"]
    if line.follow_up:
        made.plan_follow_up(name, at, line.follow_up, line.of)
    elif line.visit:
        start, end = _span(day, line.visit)
        facts: dict[str, Any] = {"type_code": DELIVERY, "start": start, "end": end, "status": "finished"}
        made.write(name, at, "general_encounter", interventions=interventions, **facts)
    elif line.condition:
        recorded: When = line.recorded or day
        if line.recorded_time:
            recorded = _moment(recorded, line.recorded_time)
        made.write(name, at, "condition", code=concept(line.condition), recorded=recorded, severity=line.level)
    elif line.goal is not None:
        made.write(name, at, "goal", condition=conditions[0], severity=line.goal, start=day)
    elif line.intervention:
        facts = {"code": concept(line.intervention), "granted": line.granted or day, "ends": line.ends}
        facts |= {"local": _local(line.local), "delivery_types": line.delivery}
        made.write(name, at, "planned_intervention", conditions=conditions, **facts)
    elif line.done:
        facts = {"code": concept(line.done), "performed": at, "local": _local(line.local)}
        made.write(name, at, "completed_intervention", conditions=conditions, **facts)
    elif line.assessed:
        facts = {"value": concept(line.assessed), "effective": observed}
        made.write(name, at, "follow_up_observation", conditions=conditions, interventions=interventions, **facts)
    elif line.own:
        about = {"condition": conditions[0]} if conditions else {"matter": line.of[0]}
        made.write(name, at, "citizens_own_observation", value=concept(line.own), effective=observed, **about)
    elif line.area:
        facts = {"area": concept(line.area), "at_risk": [concept(code) for code in line.at_risk]}
        made.write(name, at, "matter_of_interest", effective=observed, **facts)
    else:
        raise ValueError(f"{made.key}: {name} is new, but its line does not say what it is")
    if line.state:  # written and ended, or withdrawn, on one day
        _change(made, name, at, line)


def _change(made: Journal, name: str, at: datetime, line: Line) -> None:
    if line.state in ("withdrawn", "by_mistake"):
        made.withdraw(name, at)
        return
    facts: dict[str, Any] = {}
    if line.level is not None:
        facts["severity"] = line.level
    if line.planned:
        facts["start"] = line.planned
    if line.held:
        start, end = _span(at.date(), line.held)
        facts |= {"status": "finished", "start": start, "end": end}
    if line.ends:
        facts["ends"] = line.ends
    if line.state:
        facts |= _state(made.entries[name], line.state)
    made.write(name, at, **facts)


def _state(entry: Entry, state: str) -> dict[str, Any]:
    """The facts that end an entry. What has ended has no next follow-up."""
    if entry.kind == CITIZEN:
        return {"deceased": True}
    ended: dict[str, Any] = {"follow_up": None} if "follow_up" in entry.facts else {}
    if entry.kind in ("condition", "matter_of_interest"):
        return ended | {"in_focus": False} | ({"clinical": "inactive"} if state == "inactive" else {})
    if entry.kind == "planned_intervention":
        return ended | {"status": state, "activity_status": state}
    return {"status": state}


def _local(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    code, _, title = text.partition(" ")
    return code, title


def _moment(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), COPENHAGEN)


def _span(day: date, text: str) -> tuple[datetime, datetime]:
    start, _, end = text.partition("-")
    return _moment(day, start), _moment(day, end)
