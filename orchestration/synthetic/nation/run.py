"""One run of `generate` makes one nation: deliveries, `senders.yml` and the truth, whole or not at all."""

import gc
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from uuid import uuid4

import msgspec

from orchestration.synthetic.nation.breakages import Walk, candidates
from orchestration.synthetic.nation.citizens import HandedOn, Story, goes_on, story
from orchestration.synthetic.nation.holding import tell
from orchestration.synthetic.nation.ideal import Ideal, Told
from orchestration.synthetic.nation.plan import Plan
from orchestration.synthetic.nation.population import TEST_CITIZENS, Person, people, share_out
from orchestration.synthetic.nation.sending import KNOWN_ID, Sent, send
from orchestration.synthetic.nation.sources import Source, senders_yml, source
from orchestration.synthetic.nation.truth import Truth
from orchestration.synthetic.nation.writer import Shelf, sync_tree

SENDERS = "senders.yml"
RARELY = 100_000
"""Objects between two collections: lives are made and let go of by the million, and hold few circles."""
Progress = Callable[[int], None]
"""Told how many citizens are done."""


@dataclass
class Made:
    """What a run made: counts of reports by state, kind, path, vendor and broken rule; `digest` of all deliveries."""

    citizens: int = 0
    reports: int = 0
    size: int = 0
    digest: str = ""
    breakable: int = 0
    by: dict[str, Counter[str]] = field(
        default_factory=lambda: {name: Counter() for name in ("state", "kind", "path", "vendor", "fault")}
    )


def generate(plan: Plan, progress: Progress = lambda _: None) -> Made:
    """Write a nation to `plan.out`: aside first, and given its name when all of it is on disk.

    Raises:
        OSError: it can't be written; nothing is left behind.
    """
    plan.out.parent.mkdir(parents=True, exist_ok=True)
    aside = plan.out.parent / f".aside-{uuid4().hex[:8]}-{plan.out.name}"
    often = gc.get_threshold()
    gc.set_threshold(RARELY, 20, 100)
    try:
        made = _write(plan, aside, progress)
        aside.rename(plan.out)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    finally:
        gc.set_threshold(*often)
    return made


def _write(plan: Plan, folder: Path, progress: Progress) -> Made:
    folder.mkdir()
    truth = Truth(folder / "truth")
    try:
        made = _Run(plan, folder, truth).all(progress)
        truth.close()
    except BaseException:
        truth.abandon()
        raise
    sync_tree(folder)
    return made


class _Run:
    def __init__(self, plan: Plan, folder: Path, truth: Truth) -> None:
        self.plan, self.folder, self.truth = plan, folder, truth
        self.shelf = Shelf(folder / "deliveries", one_file_per_bundle=plan.one_file_per_bundle)
        self.sources = {m.code: source(plan, m) for m in plan.municipalities}
        self.walk = Walk(plan.seed)
        self.ideal = Ideal(plan, truth, self.sources)
        self._reports: Counter[tuple[str, str, str, str]] = Counter()
        self.made = Made()

    def all(self, progress: Progress) -> Made:
        """Everything, municipality by municipality, citizen by citizen."""
        shares = share_out(self.plan)
        (self.folder / SENDERS).write_bytes(senders_yml(list(self.sources.values())))
        (self.folder / TEST_CITIZENS.name).write_bytes(TEST_CITIZENS.read_bytes())
        for code, at in self.sources.items():
            self._tell_source(at, shares[code])
            neighbours: list[Told] = []
            for person in people(self.plan, at.municipality, shares[code]):
                handed_on = neighbours[-1].story.fate.handed_on if neighbours else None
                if handed_on is None and neighbours:
                    self.ideal.learn(neighbours)
                    neighbours = []
                neighbours.append(self._live(person, at, handed_on))
                self.made.citizens += 1
                progress(self.made.citizens)
            self.ideal.learn(neighbours)
        self.shelf.flush()
        self.ideal.close()
        for (*kinds, path, vendor), number in self._reports.items():
            for name, value in zip(
                ("state", "kind", "path", "vendor"), (*kinds, path.split("+")[0], vendor), strict=True
            ):
                self.made.by[name][value] += number
        self.made.breakable = len(candidates())
        self.made.digest = self.shelf.digest()
        (self.folder / "nation.json").write_bytes(self._nation())
        return self.made

    def _live(self, person: Person, at: Source, handed_on: HandedOn | None) -> Told:
        """One life, here and where it goes on."""
        first = story(person, at, self.plan, handed_on)
        sent = self._tell(first, at)
        then = None
        if first.fate.moved is not None and (to := self._elsewhere(at, person.number)) is not None:
            after = goes_on(first, to, self.plan)
            then = None if after is None else Told(after, to, self._tell(after, to))
        return Told(first, at, sent, then)

    def _tell(self, told: Story, at: Source) -> list[Sent]:
        """Live one life, send its reports, tell the truth of it."""
        plan, record = self.plan, told.record
        rng = Random(f"{plan.seed}/{at.municipality.code}/{record.key}/sending")
        sent = send(at, told.life.reports(), plan, rng, self.walk)
        mended = {one.bundle_id for one in sent if one.kind == "mended"}
        for one in sent:
            self._deliver(
                one, told, at, is_mended=one.kind == "faulty" and one.fault is not None and one.told_id in mended
            )
        tell(record, self.truth, is_mistake=told.fate.by_mistake is not None)
        self._tell_citizen(told, at)
        return sent

    def _deliver(self, one: Sent, told: Story, at: Source, *, is_mended: bool) -> None:
        plan, sender_id, code = self.plan, at.municipality.sender_id, at.municipality.code
        day = plan.day(one.sent_day)
        name, line = self.shelf.add(day.isoformat(), sender_id, one.data)
        fault, vendor = one.fault, at.vendor_on(one.report_day).name
        rule_id = fault.rule_id if fault else KNOWN_ID if one.kind == "known_id" else None
        count = len(one.bundle.get("entry", ())) if one.bundle is not None else None
        report_on = plan.day(one.report_day)
        row = (
            one.bundle_id,
            told.record.patient_id,
            report_on,
            one.kind,
            one.state,
            rule_id,
            told.paths,
            vendor,
            count,
        )
        self.truth.add("reports", day, sender_id, code, name, line, *row)
        if fault:
            self.truth.add("faults", day, sender_id, name, line, fault.rule_id, fault.severity, fault.place, is_mended)
        made = self.made
        made.reports += 1
        made.size += len(one.data) + 1
        self._reports[(one.state, one.kind, told.paths, vendor)] += 1
        if fault:
            made.by["fault"][fault.rule_id] += 1

    def _tell_citizen(self, told: Story, at: Source) -> None:
        person, fate, plan = told.record.person, told.fate, self.plan
        days = (told.opened, fate.died, fate.moved, fate.by_mistake)
        dates = (None if day is None else plan.day(day) for day in days)
        who = (
            at.municipality.code,
            told.record.patient_id,
            person.cpr,
            person.born,
            person.sex,
            person.is_test,
            told.paths,
        )
        self.truth.add("citizens", *who, *dates, told.moved_from)

    def _tell_source(self, at: Source, citizens: int) -> None:
        plan, changed = self.plan, at.changed_on
        outage = tuple(plan.day(day) for day in at.outage) if at.outage else (None, None)
        vendors = (at.vendor.name, at.next_vendor.name if at.next_vendor else None)
        changed_on = None if changed is None else plan.day(changed)
        how = (*vendors, changed_on, at.level_shift, " ".join(sorted(at.names)), *outage, citizens)
        self.truth.add("sources", at.municipality.code, at.municipality.sender_id, *how)

    def _elsewhere(self, at: Source, number: int) -> Source | None:
        others = [each for each in self.sources.values() if each is not at]
        rng = Random(f"{self.plan.seed}/{at.municipality.code}/{number}/where")
        return rng.choices(others, [each.municipality.population for each in others])[0] if others else None

    def _nation(self) -> bytes:
        plan, made = self.plan, self.made
        told = {
            "seed": plan.seed, "start": plan.start, "days": plan.days, "citizens": made.citizens,
            "municipalities": len(plan.municipalities), "fault_rate": plan.fault_rate, "reports": made.reports,
            "deliveries_sha256": made.digest,
            "counts": {name: dict(sorted(counted.items())) for name, counted in made.by.items()},
        }  # fmt: skip
        return msgspec.json.format(msgspec.json.encode(told), indent=1) + b"\n"
