"""One `Plan`, `Condition`, `Contact`, `Goal` or `Result` is one resource that counts at a cut-off, in plain Python."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.pipeline.indicator_truth.reading import (
    CLOSED,
    Citizen,
    Code,
    Version,
    World,
    codes,
    danish,
    day,
    uuid,
)

FOLLOW_UP, DELIVERY = "9f03dfbb-7a97-45a5-94db-d4c3501714a9", "784275f1-6822-4a88-b361-d958007d5253"
ONE = timedelta(days=1)
NOTHING = Code("", "", "", "", "", "", False)


def born(citizen: Citizen) -> date:
    """By the century digit of the CPR number."""
    number = citizen[1]
    dd, mm, yy, seventh = int(number[:2]), int(number[2:4]), int(number[4:6]), int(number[6])
    if seventh <= 3:
        year = 1900 + yy
    elif seventh in (4, 9):
        year = (2000 if yy <= 36 else 1900) + yy
    else:
        year = (2000 if yy <= 57 else 1800) + yy
    return date(year, mm, dd - 60 if dd > 60 else dd)


def age(citizen: Citizen, on: date) -> int:
    birth = born(citizen)
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def sex(citizen: Citizen) -> str:
    return "male" if int(citizen[1][9]) % 2 else "female"


@dataclass
class Thing:
    """`last`: the last day on which it goes on, None without an end."""

    place: str
    id: str
    citizen: Citizen
    code: Code
    uuid: str
    start: date
    last: date | None
    updated: date
    died: date | None

    def on(self, first: date, last: date) -> bool:
        """Whether it goes on on one of these days."""
        return self.start <= last and (self.last is None or self.last >= max(first, self.start))


@dataclass
class Plan(Thing):
    ended: date | None
    reasons: list[str]
    local: bool


@dataclass
class Condition(Thing):
    level: int | None
    closed: date | None
    levels: dict[date, int]
    follow_ups: set[str]


@dataclass
class Contact:
    place: str
    id: str
    citizen: Citizen
    kind: str
    status: str
    class_: str
    start: date | None
    planned: date | None
    conditions: list[str]
    plans: list[str]
    died: date | None


@dataclass
class Goal(Thing):
    condition: str
    target: int


@dataclass
class Result:
    place: str
    citizen: Citizen
    result: str
    on: date
    conditions: list[str]


def ids(references: Any) -> list[str]:
    return [reference["reference"][-36:] for reference in references or ()]


def level(concept: Any) -> int | None:
    legacy = codes()[uuid(concept["coding"][0]["code"])].legacy if concept else ""
    return {"B1": 0, "B2": 1, "B3": 2, "B4": 3, "B5": 4, "B6": 9}.get(legacy)


def earliest(*days: date | None) -> date | None:
    known = [d for d in days if d is not None]
    return min(known) if known else None


def closed_from(versions: list[Version], is_open: Any) -> date | None:
    """Danish day of the first of the closed versions at the end of a history."""
    first = None
    for version in versions:
        if is_open(version.said.resource):
            first = None
        elif first is None:
            first = danish(version.moment)
    return first


def plans(world: World) -> list[Plan]:
    found = []
    for place, id_, said, _ in world.standing("CarePlan"):
        r, died = said.resource, world.citizens[said.citizen]
        detail, period = r["activity"][0]["detail"], r.get("period", {})
        start, ended = day(period.get("start")), day(period.get("end"))
        if r["status"] == "revoked" or start is None:
            continue
        code = uuid(detail["code"]["coding"][0]["code"])
        last = earliest(ended, died - ONE if died else None)
        head = (place, id_, said.citizen, codes().get(code, NOTHING), code, start, last, danish(said.moment), died)
        local = len(detail["code"]["coding"]) > 1
        found.append(Plan(*head, ended, ids(detail.get("reasonReference")), local))
    return found


def conditions(world: World) -> list[Condition]:
    found = []
    for place, id_, said, past in world.standing("Condition"):
        r, died = said.resource, world.citizens[said.citizen]
        start = day(r.get("recordedDate"))
        if start is None:
            continue
        closed = closed_from(past, _is_open)
        code = uuid(r["code"]["coding"][0]["code"])
        known, levels = codes().get(code, NOTHING), {}
        for version in past:
            told = level(version.said.resource.get("severity"))
            if told is not None and told <= 4 and known.domain == "home_care":
                levels[danish(version.moment)] = told
        first = earliest(closed, died)
        last = first - ONE if first else None
        pointed = {
            e["valueReference"]["reference"][-36:]
            for version in past
            for e in version.said.resource.get("extension", ())
            if "valueReference" in e
        }
        head = (place, id_, said.citizen, known, code, start, last, danish(said.moment), died)
        found.append(Condition(*head, level(r.get("severity")), closed, levels, pointed))
    return found


def _is_open(r: Any) -> bool:
    status = r["clinicalStatus"]["coding"][0]["code"] if "clinicalStatus" in r else ""
    return bool(r.get("category")) and status not in CLOSED


def contacts(world: World) -> list[Contact]:
    found = []
    for place, id_, said, past in world.standing("Encounter"):
        r = said.resource
        types = {coding["code"] for concept in r["type"] for coding in concept["coding"]}
        kind = "follow_up" if FOLLOW_UP in types else "delivery" if DELIVERY in types else "other"
        planned = [v.said.resource["period"].get("start") for v in past if v.said.resource["status"] == "planned"]
        based = [e["valueReference"] for e in r.get("extension", ()) if "valueReference" in e]
        found.append(
            Contact(
                place, id_, said.citizen, kind, r["status"], r["class"]["code"], day(r["period"].get("start")),
                day(planned[-1]) if planned else None, ids(r.get("reasonReference")), ids(based), world.citizens[said.citizen],
            )
        )  # fmt: skip
    return found


def goals(world: World) -> list[Goal]:
    found = []
    for place, id_, said, past in world.standing("Goal"):
        r, died = said.resource, world.citizens[said.citizen]
        target = level(r["target"][0].get("detailCodeableConcept")) if r.get("target") else None
        start = day(r.get("startDate"))
        if target is None or target > 4 or start is None:
            continue
        closed = closed_from(past, lambda g: g["lifecycleStatus"] not in ("completed", "cancelled", "rejected"))
        first = earliest(closed, died)
        head = (place, id_, said.citizen, NOTHING, "", start, first - ONE if first else None, danish(said.moment), died)
        found.append(Goal(*head, ids(r["addresses"])[0], target))
    return found


def results(world: World) -> list[Result]:
    """Final follow-up observations."""
    found = []
    for place, _, said, _ in world.standing("Observation"):
        r, on = said.resource, day(said.resource.get("effectiveDateTime"))
        if not r["meta"]["profile"][0].endswith("follow-up-observation") or r["status"] != "final" or on is None:
            continue
        told = codes().get(uuid(r["valueCodeableConcept"]["coding"][0]["code"]), NOTHING).legacy
        found.append(Result(place, said.citizen, told, on, ids(r.get("focus"))))
    return found
