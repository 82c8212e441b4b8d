"""One `Judgement` is what became of one report at the desk: where it stands, the verdict, and its findings rule by rule."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import msgspec

from orchestration.conformance import primitives
from orchestration.conformance.check import check
from orchestration.conformance.rules import Rule, rule
from orchestration.conformance.verdict import Finding, Verdict
from orchestration.desk.paths import STDIN, files, shown
from orchestration.desk.places import Place, Places
from orchestration.desk.request import Request
from orchestration.intake.reading import Delivery, deliveries, of_stream

SEVERITIES = ("error", "warning", "information")


@dataclass(frozen=True, slots=True)
class Spot:
    """One place where a rule is broken. `place` is line and column of the file; `resource` is `Type/id` or ""."""

    expression: str
    resource: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Group:
    """One rule in one report: its spots (at most 20) and how often it is broken in all."""

    rule: Rule
    severity: str
    spots: tuple[Spot, ...]
    occurrences: int


@dataclass(frozen=True)
class Judgement:
    """`source` is path[:line] with CPR-like digits masked; `bundle_id` is None where it is none or could be a CPR number."""

    source: str
    delivery: Delivery
    verdict: Verdict

    @property
    def status(self) -> str:
        """accepted, rejected, or fault (ours)."""
        return self.verdict.status

    @property
    def is_clean(self) -> bool:
        """Accepted, and nothing to remark."""
        return self.status == "accepted" and not self.verdict.findings

    @property
    def bundle_id(self) -> str | None:
        """The report's id, to be shown."""
        name = self.verdict.bundle_id
        return None if name is None or primitives.may_hold_cpr(name) else name

    def slim(self) -> "Judgement":
        """The same, found out about and without the bytes and rows, to be kept."""
        kept = Judgement(self.source, replace(self.delivery, data=b""), msgspec.structs.replace(self.verdict, rows={}))
        kept.__dict__["groups"] = self.groups
        return kept

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The findings by rule, errors first, each rule at its first place."""
        places, line = Places(self.delivery.data), self.delivery.line_number
        by_rule: dict[str, list[Finding]] = {}
        for finding in self.verdict.findings:
            by_rule.setdefault(finding.rule_id, []).append(finding)
        groups = [
            Group(rule(name), same[0].severity, tuple(_spot(f, places, line) for f in same), same[0].occurrences)
            for name, same in by_rule.items()
        ]
        return tuple(sorted(groups, key=lambda group: SEVERITIES.index(group.severity)))


def judgements(asked: Request, unreadable: Callable[[str, OSError], None]) -> Iterator[Judgement]:
    """Judge every report of the request, one at a time; a file that our system can't read is told to `unreadable`."""
    for path in asked.paths:
        if path == STDIN:
            yield from _judged(STDIN, of_stream(sys.stdin.buffer), asked)
            continue
        for file in files(path):
            try:
                yield from _judged(shown(str(file)), _deliveries(file), asked)
            except OSError as error:
                unreadable(shown(str(file)), error)


def _deliveries(file: Path) -> Iterator[Delivery]:
    """A pipe (`<(zcat …)`) has no suffix to go by and can be read only once: it is taken as it looks."""
    if file.is_file():
        yield from deliveries(file, file.name)
        return
    with file.open("rb") as stream:
        yield from of_stream(stream)


def _judged(source: str, found: Iterator[Delivery], asked: Request) -> Iterator[Judgement]:
    for delivery in found:
        verdict = _unread(delivery.rule_id) if delivery.rule_id else check(delivery.data, asked.context)
        line = delivery.line_number
        yield Judgement(source if line is None else f"{source}:{line}", delivery, verdict)


def _unread(rule_id: str) -> Verdict:
    return Verdict("rejected", (Finding(rule_id, "error", "", "", "", "", 1),))


def _spot(finding: Finding, places: Places, line: int | None) -> Spot:
    place = places.of(finding.rule_id, finding.expression)
    if place is not None and line is not None:
        place = (line, place[1])
    is_named = finding.resource_id and finding.resource_type != "Bundle"  # the bundle's own id stands in the title
    return Spot(finding.expression, f"{finding.resource_type}/{finding.resource_id}" if is_named else "", place)
