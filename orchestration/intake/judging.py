"""One `Submission` is one report with its terminal state: accepted, rejected or duplicate (or parked, when the fault is ours)."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from orchestration.conformance.check import check
from orchestration.conformance.verdict import Context, Finding, Verdict
from orchestration.intake.landing import Arrival, object_path
from orchestration.intake.reading import Delivery, deliveries
from orchestration.intake.senders import Sender


@dataclass
class Submission:
    """A judged report. `state` is accepted, rejected, duplicate or parked; rows only when accepted."""

    submission_id: str
    receipt_sequence: int
    arrival: Arrival
    sender: Sender
    delivery: Delivery
    verdict: Verdict
    state: str
    findings: list[Finding] = field(default_factory=list)
    original_submission_id: str | None = None

    @property
    def municipality_code(self) -> str | None:
        """The municipality of the report's SOR code; when that can't be told, or is not the sender's, the sender's only one."""
        if self.verdict.sor_code and (code := self.sender.municipality_code(self.verdict.sor_code)):
            return code
        codes = {o.municipality_code for o in self.sender.organisations}
        return codes.pop() if len(codes) == 1 else None


def judge(
    arrivals: Iterable[Arrival], senders: dict[str, Sender], landing_dir: Path, day: date, as_of: date | None = None
) -> Iterator[Submission]:
    """Check every report of the day's known senders, in order of receipt.

    `as_of` is the date whose rules are in force; the day of receipt when None. A report whose check fails for a reason of
    ours is `parked`: neither accepted nor the sender's fault, and judged again when the day is run again.
    """
    sequence = day.toordinal() * 1_000_000_000
    for arrival in arrivals:
        sender = senders.get(arrival.folder)
        if sender is None:
            continue  # listed in quarantine: there is nobody to tell
        context = Context(sor_codes=sender.sor_codes, as_of=as_of or day)
        for delivery in deliveries(object_path(landing_dir, arrival.content_sha256), arrival.file_name):
            sequence += 1
            verdict = _unread(delivery.rule_id) if delivery.rule_id else check(delivery.data, context)
            state = verdict.status if verdict.status in ("accepted", "rejected") else "parked"
            yield Submission(
                submission_id(arrival, delivery),
                sequence,
                arrival,
                sender,
                delivery,
                verdict,
                state,
                list(verdict.findings),
            )


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
