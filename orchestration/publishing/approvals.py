"""One approval is one municipality's word that the gateway may make an extract of its rows for it: approvals.csv."""

import csv
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.publishing.records import RecordError

FILE = "approvals.csv"
COLUMNS = ["municipality_code", "approved_on", "withdrawn_on", "reference"]


@dataclass(frozen=True)
class Approval:
    """`reference` is where the signed paper lies; without a `withdrawn_on` the approval still holds."""

    municipality_code: str
    approved_on: date
    withdrawn_on: date | None
    reference: str

    def holds(self, on: date) -> bool:
        """Whether the approval is in force on that day."""
        return self.approved_on <= on and (self.withdrawn_on is None or on < self.withdrawn_on)


def read_approvals(folder: Path) -> tuple[Approval, ...]:
    """The approvals on file in a recipient's folder. Raises RecordError with file and line."""
    shown = f"expectations/{folder.name}/{FILE}"
    try:
        with (folder / FILE).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if reader.fieldnames != COLUMNS:
                raise RecordError(f"{shown}:1", "other columns than expected", f"write `{','.join(COLUMNS)}`")
            rows = list(enumerate(reader, start=2))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise RecordError(shown, "the file can't be read as UTF-8 CSV", "put the file there, saved as UTF-8") from None
    approvals = tuple(_approval(row, f"{shown}:{line}") for line, row in rows)
    _refuse_overlaps(approvals, shown)
    return approvals


def _approval(row: dict[str, str], where: str) -> Approval:
    code = row["municipality_code"] or ""
    if not re.fullmatch("0[0-9]{3}", code):
        raise RecordError(where, "no municipality code", "write four digits, for instance 0461")
    if not (row["reference"] or "").strip():
        raise RecordError(where, "an approval without a reference", "write where the signed paper lies")
    try:
        approved_on = date.fromisoformat(row["approved_on"])
        withdrawn_on = date.fromisoformat(row["withdrawn_on"]) if row["withdrawn_on"] else None
    except (TypeError, ValueError):
        raise RecordError(where, "a date that is none", "write dates as YYYY-MM-DD") from None
    if withdrawn_on and withdrawn_on < approved_on:
        raise RecordError(where, "withdrawn before it was given", "put `withdrawn_on` after `approved_on`")
    return Approval(code, approved_on, withdrawn_on, row["reference"])


def _refuse_overlaps(approvals: tuple[Approval, ...], shown: str) -> None:
    latest: dict[str, Approval] = {}
    for line, approval in sorted(enumerate(approvals, start=2), key=lambda pair: pair[1].approved_on):
        former = latest.get(approval.municipality_code)
        if former and (former.withdrawn_on is None or former.withdrawn_on > approval.approved_on):
            what = f"municipality {approval.municipality_code} has two approvals at a time"
            raise RecordError(f"{shown}:{line}", what, "end the former (`withdrawn_on`) before the new one")
        latest[approval.municipality_code] = approval
