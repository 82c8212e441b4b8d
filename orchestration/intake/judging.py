"""One `Submission` is one report with its terminal state: accepted, rejected or duplicate (or parked, when the fault is ours)."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from heapq import merge
from pathlib import Path
from typing import NamedTuple

import msgspec

from orchestration.conformance.check import check
from orchestration.conformance.verdict import Context, Fault, Finding, Verdict
from orchestration.intake.landing import Arrival, object_path
from orchestration.intake.ledger.entry import Entry
from orchestration.intake.reading import Delivery, deliveries
from orchestration.intake.senders import Sender


@dataclass
class Submission:
    """A judged report. `state` is accepted, rejected, duplicate or parked; rows only when accepted.

    `entry` is that of the ledger when the report came over HTTP: it was answered there.
    """

    submission_id: str
    receipt_sequence: int
    arrival: Arrival
    sender: Sender
    delivery: Delivery
    verdict: Verdict
    state: str
    findings: list[Finding] = field(default_factory=list)
    original_submission_id: str | None = None
    entry: Entry | None = None

    @property
    def municipality_code(self) -> str | None:
        """The municipality of the report's SOR code; when that can't be told, or is not the sender's, the sender's only one."""
        if self.entry is not None:
            return self.entry.municipality_code
        if self.verdict.sor_code and (code := self.sender.municipality_code(self.verdict.sor_code)):
            return code
        codes = {o.municipality_code for o in self.sender.organisations}
        return codes.pop() if len(codes) == 1 else None


class Unjudged(NamedTuple):
    """A report as it was received: of a file (with its delivery), or of the door (with its body)."""

    receipt_sequence: int
    came: Arrival | Entry
    sender: Sender | None
    delivery: Delivery | None = None
    body: bytes = b""


def unjudged(
    arrivals: Iterable[Arrival],
    senders: dict[str, Sender],
    landing_dir: Path,
    day: date,
    entries: Iterable[tuple[Entry, bytes]] = (),
) -> Iterator[Unjudged]:
    """Every report of the day's known senders, and what the door stored of it, in order of receipt."""
    sequence = day.toordinal() * 1_000_000_000
    files: Iterator[tuple[datetime, Arrival | Entry, bytes]]
    files = ((arrival.received_at, arrival, b"") for arrival in arrivals)
    http = ((entry.received_at, entry, body) for entry, body in entries)
    for _, came, body in merge(files, http, key=lambda item: item[0]):
        if isinstance(came, Entry):
            sequence += 1
            yield Unjudged(sequence, came, senders.get(came.sender_id), body=body)
            continue
        sender = senders.get(came.folder)
        if sender is None:
            continue  # listed in quarantine: there is nobody to tell
        for delivery in deliveries(object_path(landing_dir, came.content_sha256), came.file_name):
            sequence += 1
            yield Unjudged(sequence, came, sender, delivery)


def judged(report: Unjudged, as_of: date) -> Submission:
    """Check one report. `as_of` is the date whose rules are in force.

    A report whose check fails for a reason of ours is `parked`: neither accepted nor the sender's fault, and judged again when
    the day is run again.
    """
    sequence, came, sender, delivery, body = report
    if isinstance(came, Entry):
        return _acknowledged(came, body, sender, sequence, as_of)
    assert sender is not None and delivery is not None
    context = Context(sor_codes=sender.sor_codes, as_of=as_of)
    verdict = _unread(delivery.rule_id) if delivery.rule_id else check(delivery.data, context)
    state = verdict.status if verdict.status in ("accepted", "rejected") else "parked"
    name = submission_id(came, delivery)
    return Submission(name, sequence, came, sender, delivery, verdict, state, list(verdict.findings))


def judge(
    arrivals: Iterable[Arrival],
    senders: dict[str, Sender],
    landing_dir: Path,
    day: date,
    as_of: date | None = None,
    entries: Iterable[tuple[Entry, bytes]] = (),
) -> Iterator[Submission]:
    """Check every report of a day in this process; the rules of the day of receipt are in force where `as_of` is None."""
    for report in unjudged(arrivals, senders, landing_dir, day, entries):
        yield judged(report, as_of or day)


def _acknowledged(entry: Entry, body: bytes, known: Sender | None, sequence: int, as_of: date) -> Submission:
    """A report of the door with the state and the findings that its sender was told; what was accepted is judged for its rows.

    One that our rules would not accept any more is parked: its sender has our word, and we have to see why.
    """
    name, told = entry.submission_id, list(entry.findings)
    arrival = Arrival(
        name, entry.sender_id, f"Bundle/{entry.report_id}", entry.content_sha256, len(body), *(entry.received_at,) * 2
    )
    delivery = Delivery(None, body, entry.content_sha256, len(body))
    sender = known or Sender(entry.sender_id, entry.sender_id, False, ())
    verdict = check(body, Context(sor_codes=None, as_of=as_of))
    state: str = entry.state
    if entry.state == "rejected":
        verdict = msgspec.structs.replace(verdict, status="rejected", rows={}, bundle_id=entry.report_id)
    elif verdict.status != "accepted":
        fault = verdict.fault or Fault("door.answer.accepted", "Changed")
        verdict, state = msgspec.structs.replace(verdict, fault=fault, rows={}), "parked"
    return Submission(name, sequence, arrival, sender, delivery, verdict, state, told, entry=entry)


def submission_id(arrival: Arrival, delivery: Delivery) -> str:
    """The same report of the same arrival has the same id in every run."""
    return hashlib.sha256(f"{arrival.arrival_id}:{delivery.line_number or 0}".encode()).hexdigest()[:32]


def reports(submission: Submission) -> list[str]:
    """The Bundle ids that an accepted submission uses up: its own, and those of the reports inside an incremental delivery."""
    inner = {row[0] for row in submission.verdict.rows.get("citizen", ())}
    return sorted(inner | {submission.verdict.bundle_id or ""})


def settle(submission: Submission, known: dict[str, tuple[str, str]]) -> None:
    """Decide what a Bundle id that was used before makes of an accepted submission (gateway.md section 3).

    `known` maps Bundle ids to (submission_id, content_sha256) of the accepted submission that used them. The same bytes
    again are a `duplicate`: the first answer stands. Other bytes under a known id change nothing: `rejected`, with the rule
    that says so.
    """
    hits = [bundle_id for bundle_id in reports(submission) if bundle_id in known]
    if not hits:
        return
    own = known.get(submission.verdict.bundle_id or "")
    if own is not None and own[1] == submission.delivery.content_sha256:
        submission.state, submission.original_submission_id = "duplicate", own[0]
        return
    submission.state = "rejected"
    submission.original_submission_id = known[hits[0]][0]
    submission.findings.append(_finding("deliveryReport.id.new", "Bundle.id"))


def _unread(rule_id: str) -> Verdict:
    return Verdict("rejected", (_finding(rule_id, ""),))


def _finding(rule_id: str, expression: str) -> Finding:
    return Finding(rule_id, "error", "", expression, "", "", 1)
