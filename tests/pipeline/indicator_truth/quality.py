"""Each function gives the units of one or more indicators of table D: reports, resources, codes; and the values that can't be added up."""

import calendar
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from statistics import median

from tests.pipeline.indicator_truth.care import Care, Period, Unit, follow_ups_of, is_care
from tests.pipeline.indicator_truth.reading import Nation, World, codes, content, danish, is_error, uuid
from tests.pipeline.indicator_truth.things import age, sex

KINDS = {"Patient", "Condition", "CarePlan", "Procedure", "Goal", "Encounter", "Observation"}
HOUR = 21
"""UTC: when the deliveries of a day arrive in the play."""
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Values = dict[tuple[str, str], float]


def reports(nation: Nation, world: World, p: Period) -> Iterator[Unit]:
    """D01, D03, D11b: whole reports."""
    days: dict[str, set] = defaultdict(set)
    dead = world.citizens
    for received, place, citizen, bundle in nation.accepted:
        if p.start <= received <= p.end:
            days[place].add(received)
            if citizen in dead:
                from datetime import datetime

                died = dead[citizen]
                told = danish(datetime.fromisoformat(bundle["timestamp"]))
                yield Unit("D11b", place, None, died is not None and told > died)
    for place, found in days.items():
        yield Unit("D01", place, None, len(found), calendar.monthrange(p.end.year, p.end.month)[1])
    for report in nation.reports:
        if p.start <= report["sent_on"] <= p.end:
            yield Unit("D03", report["municipality_code"], None, report["state"] == "rejected")


def arrived(nation: Nation, p: Period) -> Iterator[tuple[str, str, object]]:
    """What arrived in the month and said something new of its moment: municipality, type, said."""
    for (place, kind, _), every in nation.said.items():
        before: dict[object, str] = {}
        for said in sorted(every, key=lambda s: s.arrival):
            new = before.get(said.moment) != content(said)
            before[said.moment] = content(said)
            if new and p.start <= said.sent_on <= p.end:
                yield place, kind, said


def resources(nation: Nation, p: Period) -> tuple[list[Unit], Values]:
    """D02 and D12a, D12b: single resources."""
    units, hours = [], defaultdict(list)
    for place, kind, said in arrived(nation, p):
        r = said.resource
        profile = r["meta"]["profile"][0]
        if kind == "Observation" and not profile.endswith("follow-up-observation"):
            continue
        from datetime import UTC, datetime

        at = datetime(said.sent_on.year, said.sent_on.month, said.sent_on.day, HOUR, tzinfo=UTC)
        hours[place].append((at - said.moment).total_seconds() / 3600)
        told = danish(said.moment)
        due = told.replace(day=calendar.monthrange(told.year, told.month)[1]) + timedelta(days=14)
        units.append(Unit("D02c", place, None, said.sent_on > due))
        if kind != "Patient":
            units.append(Unit("D12a", place, None, _is_old(kind, r, profile)))
            units.append(Unit("D12b", place, None, is_error(r)))
    values: Values = {}
    for place, each in hours.items():
        each.sort()
        values[("D02a", place)] = median(each)
        at = 0.95 * (len(each) - 1)
        low = each[math.floor(at)]
        values[("D02b", place)] = low + (each[math.ceil(at)] - low) * (at - math.floor(at))
    return units, values


def _is_old(kind: str, r: dict, profile: str) -> bool:
    if kind == "Encounter":
        return not profile.endswith("general-encounter")
    concept = {
        "Condition": lambda: r["code"],
        "CarePlan": lambda: r["activity"][0]["detail"]["code"],
        "Procedure": lambda: r["code"],
        "Observation": lambda: r["valueCodeableConcept"],
        "Goal": lambda: r["target"][0].get("detailCodeableConcept") if r.get("target") else None,
    }[kind]()
    if not concept:
        return False
    reported = concept["coding"][0]["code"]
    known = codes().get(uuid(reported))
    return not UUID.fullmatch(reported) or (known is not None and not known.lives_on)


def registration(care: Care, p: Period) -> tuple[list[Unit], Values]:
    """D05-D08, D10, D11: what goes on on the last day of the month."""
    units: list[Unit] = []
    plans = [x for x in care.plans if x.on(p.end, p.end)]
    conditions = [c for c in care.conditions if c.on(p.end, p.end)]
    due, held = defaultdict(list), defaultdict(list)
    for contact, ids in follow_ups_of(care):
        for condition_id in ids:
            if contact.start and contact.status in ("planned", "finished"):
                (due if contact.status == "planned" else held)[(contact.place, condition_id)].append(contact.start)
    for result in care.results:
        for condition_id in result.conditions:
            held[(result.place, condition_id)].append(result.on)
    pairs = Counter((c.citizen, c.uuid) for c in conditions)
    for c in conditions:
        dates, since = due[(c.place, c.id)], held[(c.place, c.id)]
        units.append(Unit("D05", c.place, None, not dates))
        if dates:
            overdue = max(dates) < p.end - timedelta(days=90) and not (since and max(since) >= max(dates))
            units.append(Unit("D06", c.place, None, overdue))
        if c.level is not None:
            units.append(Unit("D08c", c.place, None, c.level == 9))
        units.append(Unit("D11d", c.place, None, pairs[(c.citizen, c.uuid)] > 1))
    for x in plans:
        if is_care(x) or x.code.service == "NURS":
            units.append(Unit("D07", x.place, None, not x.reasons))
        units.append(Unit("D08a", x.place, None, x.code.group.startswith("GENERAL_NO_SERVICE")))
        if x.local:
            units.append(Unit("D08d", x.place, None, x.code.service == "NO_SERVICE"))
    for thing in (*plans, *conditions):
        units.append(Unit("D08b", thing.place, None, bool(re.search(r"\b(andet|andre)\b", thing.code.title.lower()))))
        units.append(Unit("D11a", thing.place, None, thing.updated < p.end - timedelta(days=400)))
    for x in care.plans:
        units.append(Unit("D11c", x.place, None, x.ended is not None and x.ended < x.start))
    for c in care.conditions:
        units.append(Unit("D11c", c.place, None, c.start > c.updated))
    values: Values = {}
    nursing = [x for x in plans if x.code.service == "NURS"], [c for c in conditions if c.code.domain == "nursing"]
    for used, effective, commonest in ((nursing[0], "D10a", "D10b"), (nursing[1], "D10c", "D10d")):
        by_place: dict[str, Counter] = defaultdict(Counter)
        for thing in used:
            by_place[thing.place][thing.uuid] += 1
        for place, counts in by_place.items():
            total = counts.total()
            values[(effective, place)] = math.exp(-sum(n / total * math.log(n / total) for n in counts.values()))
            units.append(Unit(commonest, place, None, max(counts.values()), total))
    return units, values


def withdrawn(care: Care, p: Period) -> Iterator[Unit]:
    """D12c: conditions withdrawn in the month that something still points at."""
    pointed = {(x.place, condition_id) for x in care.plans for condition_id in x.reasons}
    pointed |= {(g.place, g.condition) for g in care.goals}
    pointed |= {(r.place, condition_id) for r in care.results for condition_id in r.conditions}
    for (place, kind, id_), versions in care.world.histories.items():
        for version in versions if kind == "Condition" else ():
            if version.withdrawn and version.end and p.start <= danish(version.end) <= p.end:
                yield Unit("D12c", place, None, (place, id_) in pointed)


def divergence(care: Care, p: Period) -> tuple[list[Unit], Values]:
    """D09: levels against those of all others."""
    counts: dict[tuple[str, str, str, int], int] = Counter()
    for c in care.conditions:
        if c.level in range(5) and c.on(p.end, p.end):
            years = age(c.citizen, p.end)
            band = "80" if years >= 80 else "65" if years >= 65 else "0"
            counts[(c.place, c.code.group, sex(c.citizen) + band, c.level)] += 1
    places = sorted({key[0] for key in counts})
    units, values = [], {}
    for place in places:
        most = total = 0
        weighted = weight = 0.0
        for group in sorted({g for at, g, _, _ in counts if at == place}):
            by_level = [
                sum(n for (a, g, _, v), n in counts.items() if (a, g, v) == (place, group, v0)) for v0 in range(5)
            ]
            most, total = most + max(by_level), total + sum(by_level)
            own, other, weights, here = [0.0] * 5, [0.0] * 5, 0, 0
            for mix in {m for a, g, m, _ in counts if (a, g) == (place, group)}:
                mine = [counts.get((place, group, mix, v), 0) for v in range(5)]
                every = [sum(counts.get((a, group, mix, v), 0) for a in places) for v in range(5)]
                if sum(every) == sum(mine):
                    continue
                w, weights, here = sum(every), weights + sum(every), here + sum(mine)
                for v in range(5):
                    own[v] += w * mine[v] / sum(mine)
                    other[v] += w * (every[v] - mine[v]) / (sum(every) - sum(mine))
            if not weights:
                continue
            js = 0.0
            for v in range(5):
                a, b = own[v] / weights, other[v] / weights
                js += (a * math.log2(2 * a / (a + b)) if a else 0) / 2 + (
                    b * math.log2(2 * b / (a + b)) if b else 0
                ) / 2
            weighted, weight = weighted + js * here, weight + here
        units.append(Unit("D09b", place, None, most, total))
        if weight:
            values[("D09a", place)] = weighted / weight
    return units, values
