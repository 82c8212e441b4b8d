"""One story is told by a municipality whose reports do not hang together: every consistency rule has its fault, beside what is sound.

In 0219 (and 0253, for what was moved), on the days of the other stories. Ids begin with the citizen's letter.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.unit.dbt.stories import World

FOLLOW_UP, DELIVERY = "9f03dfbb-7a97-45a5-94db-d4c3501714a9", "784275f1-6822-4a88-b361-d958007d5253"
Resource = tuple[str, dict[str, Any]]
MONDAY, TUESDAY, WEDNESDAY = "03-02", "03-03", "03-04"


def resource(table: str, name: str, day: str, content: str, **said: Any) -> Resource:
    """One resource, last updated at eight on the day (of 2026). Same letter in `content`, same content."""
    updated = datetime.fromisoformat(f"2026-{day} 08:00:00") if len(day) == 5 else datetime.fromisoformat(day)
    return table, {"resource_id": name, "last_updated_at": updated, "content_hash": content} | said


def condition(name: str, day: str, content: str, code: str, **more: Any) -> Resource:
    said: dict[str, Any] = {"code": code, "clinical_status_code": "active", "is_problem_list_item": True}
    return resource("condition", name, day, content, **said | {"recorded_on": date(2026, 2, 27)} | more)


def goal(name: str, day: str, content: str, about: str, level: str) -> Resource:
    said = {"lifecycle_status_code": "active", "condition_id": about, "target_severity_code": level}
    return resource("goal", name, day, content, **said)


def plan(name: str, day: str, content: str, code: str, start: date, end: date | None = None) -> Resource:
    said = {"status_code": "active", "intent_code": "order", "activity_status_code": "unknown", "level2_code": code}
    return resource("planned_intervention", name, day, content, period_start_on=start, period_end_on=end, **said)


def visit(name: str, day: str, content: str, status: str, on: date, about: list[str], **more: Any) -> Resource:
    said = {"status_code": status, "type_codes": [FOLLOW_UP], "condition_ids": about}
    said |= {"period_start_on": on, "period_start_precision": "day"}
    return resource("general_encounter", name, day, content, **said | more)


def seen(table: str, name: str, day: str, content: str, **said: Any) -> Resource:
    when = {"effective_on": date(2026, 3, 2), "effective_precision": "day"}
    return resource(table, name, day, content, status_code="final", **when, **said)


def inconsistencies(world: "World") -> None:
    """Report them, in order of receipt."""
    _first_day(world)
    _second_day(world)
    _third_day(world)


def _first_day(world: "World") -> None:
    linked = ["m-code", "m-date", "m-again", "m-sound", "m-twin-1", "m-twin-2", "m-future", "o-care"]
    world.report(
        "mona",
        f"{MONDAY} 10:00",
        condition("m-code", MONDAY, "a", "J1.1", severity_code="B3"),
        condition("m-date", MONDAY, "a", "I7.1"),
        condition("m-again", MONDAY, "a", "I4.6"),
        condition("m-sound", MONDAY, "a", "J4.2", severity_code="B2"),
        condition("m-twin-1", MONDAY, "a", "I9.3"),
        condition("m-twin-2", MONDAY, "a", "I9.3"),
        condition("m-err", MONDAY, "a", "J2.1", severity_code="B2"),
        condition("m-alone", MONDAY, "a", "I12.2"),
        goal("m-goal", MONDAY, "a", "m-sound", "B2"),
        goal("m-rival-1", MONDAY, "a", "m-code", "B2"),
        goal("m-rival-2", MONDAY, "a", "m-code", "B1"),
        goal("m-goal-err", MONDAY, "a", "m-err", "B1"),
        goal("m-goal-nowhere", MONDAY, "a", "m-nowhere", "B1"),
        plan("m-plan", MONDAY, "a", "H1.1", date(2026, 3, 1)),
        plan("m-end", MONDAY, "a", "G1.20", date(2026, 3, 10)),
        resource("completed_intervention", "m-done", MONDAY, "a", status_code="completed", level2_code="G1.20"),
        visit("m-visit", MONDAY, "a", "planned", date(2026, 4, 1), linked),
        visit("m-missed", MONDAY, "a", "planned", date(2026, 3, 2), ["m-date"]),
        visit("m-seen-to", MONDAY, "a", "planned", date(2026, 3, 2), ["m-sound"]),
        visit("m-held", MONDAY, "a", "finished", date(2026, 3, 2), ["m-sound"]),
        seen("follow_up_observation", "m-result", MONDAY, "a", value_code="E1", condition_ids=["m-sound"]),
        seen("matter_of_interest_observation", "m-area", MONDAY, "a", code="01150cdb-6098-48ce-bb61-60967f6bcc37"),
        municipality_code="0219",
    )
    world.report("nina", f"{MONDAY} 11:00", condition("n-care", MONDAY, "a", "J1.1"), municipality_code="0219")
    world.report("erik", f"{MONDAY} 11:10", condition("e-care", MONDAY, "a", "J1.1"), municipality_code="0219")
    closed = condition("o-care", MONDAY, "a", "I4.2", clinical_status_code="inactive")
    world.report("olga", f"{MONDAY} 11:20", closed, municipality_code="0219")
    moved = condition("m-sound", MONDAY, "a", "J4.2", clinical_status_code="inactive")
    world.report("vera", f"{MONDAY} 12:00", moved, municipality_code="0253", stamped="02-27 10:00")


def _second_day(world: "World") -> None:
    world.report(
        "mona",
        f"{TUESDAY} 10:00",
        condition("m-code", TUESDAY, "b", "J1.3", severity_code="B3"),
        condition("m-date", TUESDAY, "b", "I7.1", recorded_on=date(2026, 2, 28)),
        condition("m-again", TUESDAY, "b", "I4.6", clinical_status_code="inactive"),
        condition("m-sound", TUESDAY, "b", "J4.2", severity_code="B3"),
        goal("m-goal", TUESDAY, "b", "m-sound", "B1"),
        plan("m-plan", TUESDAY, "b", "G1.20", date(2026, 3, 1)),
        plan("m-end", TUESDAY, "b", "G1.20", date(2026, 3, 1), date(2026, 3, 5)),
        resource(
            *("completed_intervention", "m-done", TUESDAY, "b"),
            **{"status_code": "completed", "level2_code": "G1.20", "performed_on": date(2026, 3, 2)},
            performed_precision="day",
        ),
        visit("m-held", TUESDAY, "b", "finished", date(2026, 3, 3), ["m-sound"]),
        seen("follow_up_observation", "m-result", TUESDAY, "b", value_code="E2", condition_ids=["m-sound"]),
        municipality_code="0219",
    )
    world.report("nina", f"{TUESDAY} 11:00", municipality_code="0219", is_deceased=True)
    for mistaken in ("erik", "olga"):
        world.report(mistaken, f"{TUESDAY} 11:10", municipality_code="0219", is_active=False)


def _third_day(world: "World") -> None:
    world.report(
        "mona",
        f"{WEDNESDAY} 10:00",
        condition("m-again", WEDNESDAY, "a", "I4.6"),
        condition("m-lost", WEDNESDAY, "e", "I4.2", verification_status_code="entered-in-error"),
        condition("m-err", WEDNESDAY, "e", "J2.1", severity_code="B4", verification_status_code="entered-in-error"),
        condition("m-future", "2099-01-01 08:00", "a", "J4.3"),
        condition("o-care", WEDNESDAY, "b", "I4.2", clinical_status_code="inactive"),
        municipality_code="0219",
    )
    late = condition("n-care", WEDNESDAY, "b", "J1.1", clinical_status_code="inactive")
    world.report("nina", f"{WEDNESDAY} 11:00", late, municipality_code="0219", is_deceased=True)
    world.report("olga", f"{WEDNESDAY} 11:10", municipality_code="0219")
