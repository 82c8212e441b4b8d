"""One `Attempt` is one bundle on the fast path: rows and remarks, made from what is known, or `Unsure`."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from msgspec import UNSET

from orchestration.conformance.fast.index import HEX, UUID, index
from orchestration.conformance.fast.known import Memory
from orchestration.conformance.fast.plans import Plan, Plans
from orchestration.conformance.fast.source import Unsure
from orchestration.conformance.findings import Segments, Spot
from orchestration.conformance.primitives import when
from orchestration.conformance.verdict import Row

BUNDLE = '{"resourceType":"Bundle","id":"","meta":{"profile":[""]},"type":"collection","timestamp":"","entry":[]}'
ENVELOPE = len(BUNDLE)
LAST_UPDATED = (("meta", -1), ("lastUpdated", -1))


@dataclass(slots=True)
class Attempt:
    """One pass over a bundle. `size`: its bytes if written compactly, 0 where that was not counted.

    Raises Unsure, or LookupError, TypeError, AttributeError or ValueError, which mean the same.
    """

    plans: Plans
    memory: Memory
    sor_codes: frozenset[str] | None
    rows: dict[str, list[Row]] = field(default_factory=dict)
    spots: list[Spot] = field(default_factory=list)
    sor_code: str | None = None
    stamp: datetime | None = None
    size: int = 0

    def bundle(self, bundle: Any) -> None:
        """A report, or a delivery of reports."""
        if bundle.meta.profile[0] in self.plans.report:
            _, self.stamp = self.report(bundle, ())
            return
        if bundle.meta.profile[0] not in self.plans.delivery:
            raise Unsure
        self.stamp = moment(bundle)
        if not bundle.entry or bundle.id.encode().translate(HEX) != UUID:
            raise Unsure
        urls = [entry.fullUrl for entry in bundle.entry if entry.fullUrl is not UNSET]
        if len(set(urls)) != len(urls) or any(not url or "/_history/" in url for url in urls):
            raise Unsure
        seen = set()
        for number, entry in enumerate(bundle.entry):
            if entry.resource.meta.profile[0] not in self.plans.report:
                raise Unsure
            seen.add(self.report(entry.resource, (("entry", number), ("resource", -1))))
        self.size = 0
        if len(seen) != len(bundle.entry):
            raise Unsure

    def report(self, bundle: Any, path: Segments) -> tuple[str, datetime]:
        """One report; returns what tells it from others of one delivery: the citizen's id and the moment."""
        stamp = moment(bundle)
        plans, ids, refs = index(bundle, self.plans.by_canonical)
        names = [plan.name for plan in plans]
        patient = self._citizen(bundle, names)
        memory, rows = self.memory, self.rows
        large, judge, contents, recall = memory.large, memory.judge, memory.contents, memory.recall
        bundle_id = bundle.id
        citizen = "urn:uuid:" + ids[patient]  # how subjects will be written, most likely
        if refs.base or refs.get(citizen) != patient:
            citizen = plans[patient].prefix + ids[patient]
        referred: set[int] = set()
        across: list[tuple[bytes, list[int]]] = []
        days: list[date | None] = []
        kinds: list[bytes] = []
        size = 0
        for number, (entry, plan, name) in enumerate(zip(bundle.entry, plans, ids, strict=True)):
            row, kind, remarks, day, own = plan.row(
                plan, entry.resource, number, name, refs, names, ids, patient, citizen, stamp, bundle_id, large[plan.key],
                judge, contents, recall, referred, across,
            )  # fmt: skip
            table = rows.get(plan.table)
            if table is None:
                rows[plan.table] = [row]
            else:
                table.append(row)
            size += own
            days.append(day)
            kinds.append(kind)
            if remarks or day is None:
                self._remarks(remarks, day, (*path, ("entry", number), ("resource", -1)), plan, name)
        if across:
            self._across(across, kinds, names)
        if refs.size and bundle.meta.lastUpdated is UNSET:
            self.size = (
                size + refs.size + len(bundle_id) + len(bundle.meta.profile[0]) + len(bundle.timestamp) + ENVELOPE
            )
        days[patient] = None
        if len({*days, None}) > 2:
            changed = {day for number, day in enumerate(days) if number not in referred}
            if len({*changed, None}) > 2:
                place = (*path, ("entry", -1))
                self.spots.append(
                    ("deliveryReport.period.one-day", place, self.plans.guide.report, "Bundle", bundle_id)
                )
        return ids[patient], stamp

    def _citizen(self, bundle: Any, names: list[str]) -> int:
        """The number of the one citizen, whom the sender may report."""
        if names.count(self.plans.citizen) != 1:
            raise Unsure
        patient = names.index(self.plans.citizen)
        code = bundle.entry[patient].resource.managingOrganization.identifier.value
        if self.sor_codes is not None and code not in self.sor_codes:
            raise Unsure
        self.sor_code = self.sor_code or code
        return patient

    def _across(self, across: list[tuple[bytes, list[int]]], kinds: list[bytes], names: list[str]) -> None:
        """Rules that read what a reference means; and those that compare the resources that point at the same one."""
        agreed = self.memory.agreed
        for kind, targets in across:
            asked = (kind, kinds[targets[0]]) if len(targets) == 1 else (kind, *[kinds[number] for number in targets])
            if asked not in agreed:
                raise Unsure
        if all(names.count(name) < 2 for name in self.plans.alike):
            return
        alike: dict[int, list[bytes]] = {}
        for kind, targets in across:
            alike.setdefault(targets[0], []).append(kind)
        for target, group in alike.items():
            if len(group) > 1 and (b"alike", kinds[target], *group) not in agreed:
                raise Unsure

    def _remarks(self, remarks: Any, day: date | None, place: Segments, plan: Plan, name: str) -> None:
        kind = plan.prefix[:-1]  # ids are uuids here, so they may be shown
        if day is None:
            self.spots.append(("resource.meta.lastUpdated.required", (*place, *LAST_UPDATED), plan.name, kind, name))
        for rule_id, below in remarks:
            self.spots.append((rule_id, (*place, *below), plan.name, kind, name))


def moment(bundle: Any) -> datetime:
    """The bundle's timestamp; its own lastUpdated is an instant too."""
    updated = bundle.meta.lastUpdated
    if updated is not UNSET and ((found := when(updated)) is None or found.at is None):
        raise Unsure
    stamp = when(bundle.timestamp)
    if stamp is None or stamp.at is None:
        raise Unsure
    return stamp.at
