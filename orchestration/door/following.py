"""One `Followed` is one submission from its receipt on: what the ledger, the day's run, the releases and the findings say of it."""

from dataclasses import dataclass

from orchestration.conformance.verdict import Finding
from orchestration.door.lookup import Lookup
from orchestration.door.outcomes import Outcome, Outcomes
from orchestration.intake.ledger.index import Row
from orchestration.intake.senders import Sender


@dataclass(frozen=True)
class Followed:
    """`came` is http or file; `received_at` ISO, UTC; `day` the Danish day of receipt, whose run takes it further."""

    submission_id: str
    report_id: str
    came: str
    received_at: str
    day: str
    state: str
    findings: tuple[Finding, ...]
    municipality_code: str | None
    outcome: Outcome


class Following:
    """Follows submissions, for their senders only."""

    def __init__(self, lookup: Lookup, outcomes: Outcomes) -> None:
        self._lookup, self.outcomes = lookup, outcomes

    def of_report(self, report_id: str, sender: Sender) -> Followed | None:
        """The submission that answers for a report id (shielded); None when it is not the sender's."""
        row = self._lookup.last(report_id)
        owner = self._lookup.owner(report_id)
        if owner is not None and owner.file_day is not None:
            return self._of_file(owner.submission_id, owner.file_day, sender)
        if row is None and owner is not None:  # inside a delivery
            row = self._lookup.of_submission(owner.submission_id)
        return self._of_http(row) if row is not None and row.sender_id == sender.sender_id else None

    def of_submission(self, submission_id: str, day: str, sender: Sender) -> Followed | None:
        """The same by the submission's own id and day."""
        row = self._lookup.of_submission(submission_id)
        if row is None:
            return self._of_file(submission_id, day, sender)
        return self._of_http(row) if row.sender_id == sender.sender_id else None

    def _of_http(self, row: Row) -> Followed:
        entry = self._lookup.entry(row.place)
        outcome = self.outcomes.find(row.submission_id, row.day)
        return Followed(
            *(row.submission_id, row.report_id, "http", row.received.isoformat(), row.day, row.state),
            *(entry.findings, row.municipality_code, outcome),
        )

    def _of_file(self, submission_id: str, day: str, sender: Sender) -> Followed | None:
        outcome = self.outcomes.find(submission_id, day)
        told = outcome.submission
        if not told or told["sender_id"] != sender.sender_id:
            return None
        when = told["received_at"].replace(" ", "T") + "+00:00"
        return Followed(
            *(submission_id, told["bundle_id"] or "", "file", when, day, told["state"]),
            *(outcome.told, told["municipality_code"], outcome),
        )
