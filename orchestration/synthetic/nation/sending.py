"""One `Sent` is one line that a source delivers: which report, on which day, and what must become of it."""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from random import Random

from orchestration.synthetic import mishaps
from orchestration.synthetic.bundles import to_json
from orchestration.synthetic.nation.breakages import Broken, Walk
from orchestration.synthetic.nation.events import events
from orchestration.synthetic.nation.plan import Plan
from orchestration.synthetic.nation.sources import Source, habits
from orchestration.synthetic.style import Json

AFTER_ALL = 10_000
KNOWN_ID = "deliveryReport.id.new"


@dataclass(slots=True)
class Sent:
    """`report_day` is the day told of, `sent_day` the day it arrives. `state`: accepted, rejected or duplicate.

    `kind`: ordinary, late, catch_up, repeated, known_id, faulty or mended. `bundle`: as delivered, None where it can't be read.
    `told_id`: the id of a broken report as it was meant.
    """

    sent_day: int
    rank: int
    report_day: int
    kind: str
    state: str
    bundle_id: str
    data: bytes
    bundle: Json | None
    fault: Broken | None = None
    told_id: str = ""


def send(source: Source, reports: Iterable[tuple[int, Json]], plan: Plan, rng: Random, walk: Walk) -> list[Sent]:
    """What arrives of one citizen's reports in the period, in order of arrival."""
    sent: list[Sent] = []
    for report_day, bundle in reports:
        sent += _sent(source, report_day, bundle, plan, rng, walk)
    return sorted((one for one in sent if one.sent_day < plan.days), key=lambda one: (one.sent_day, one.rank))


def _sent(source: Source, day: int, bundle: Json, plan: Plan, rng: Random, walk: Walk) -> list[Sent]:
    happening, known = events(), habits()
    kind, arrives = "ordinary", day
    if source.has("late", rng):
        kind, arrives = "late", day + rng.randint(*known.late.days)
    elif happening.late.happens(rng):
        kind, arrives = "late", day + happening.late.delay(rng)
    arrives, rank = _through_outage(source, arrives, day)
    kind = "catch_up" if arrives > day and kind == "ordinary" else kind
    data, name = to_json(bundle), bundle["id"]
    if plan.fault_rate and rng.random() < plan.fault_rate:
        fault = walk.break_next(bundle, source.styles[day])
        if fault is not None:
            return _faulty(source, fault, Sent(arrives, rank, day, kind, "accepted", name, data, bundle), rng)
    made = [Sent(arrives, rank, day, kind, "accepted", name, data, bundle)]
    if happening.repeated.happens(rng):
        again, _ = _through_outage(source, arrives + happening.repeated.delay(rng), day)
        made.append(Sent(again, AFTER_ALL, day, "repeated", "duplicate", name, data, bundle))
    if happening.known_id.happens(rng):
        changed = mishaps.changed_level(deepcopy(bundle))
        changed["timestamp"] = changed["entry"][-1]["resource"]["meta"]["lastUpdated"]
        again, _ = _through_outage(source, arrives + happening.known_id.delay(rng), day)
        if (other := to_json(changed)) != data:
            made.append(Sent(again, AFTER_ALL + 1, day, "known_id", "rejected", name, other, changed))
    return made


def _faulty(source: Source, fault: Broken, meant: Sent, rng: Random) -> list[Sent]:
    """A broken report; when it is refused, it is mended and sent again under its id, or lost."""
    is_error = fault.severity == "error"
    state = "rejected" if is_error else "accepted"
    bundle_id = "" if fault.bundle is None else meant.bundle_id
    first = Sent(
        meant.sent_day, meant.rank, meant.report_day, "faulty", state, bundle_id, fault.data, fault.bundle, fault
    )
    first.told_id = meant.bundle_id
    mended, wait = events().mended.happens(rng), events().mended.delay(rng)
    if not is_error or not mended:
        return [first]
    meant.sent_day, _ = _through_outage(source, meant.sent_day + wait, meant.report_day)
    meant.rank, meant.kind = AFTER_ALL + 2, "mended"
    return [first, meant]


def _through_outage(source: Source, arrives: int, report_day: int) -> tuple[int, int]:
    """When it gets through, and its place among what arrives that day: after an outage all at once, in the vendor's order."""
    if source.outage is None:
        return arrives, report_day
    first, last = source.outage
    arrives = last + 1 if first <= arrives <= last else arrives
    newest_first = arrives == last + 1 and source.vendor_on(last + 1).catch_up == "newest_first"
    return arrives, -report_day if newest_first else report_day
