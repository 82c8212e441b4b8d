"""One `Offer` is one judged report that asks to be stored; one `Answer` what became of that."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from orchestration.conformance.verdict import Finding


class CannotStore(Exception):
    """Nothing was stored; the reason is ours (a full disk, mostly). Tells the kind of error."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One judged report that asks to be stored. Ids are shielded; see `Entry`."""

    sender_id: str
    municipality_code: str | None
    report_id: str
    uses: tuple[str, ...]
    content_sha256: str
    state: Literal["accepted", "rejected"]
    findings: tuple[Finding, ...]
    body: bytes
    request_id: str


@dataclass(frozen=True, slots=True)
class Stored:
    """On disk. `is_new` is False when the same bytes were stored before: nothing changed, and the former answer stands."""

    submission_id: str
    state: str
    findings: tuple[Finding, ...]
    received_at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """The id was used before, by another report: nothing changed. `is_own` when by the same sender."""

    is_own: bool


@dataclass(frozen=True, slots=True)
class InFile:
    """The same bytes came through the drop folder: nothing changed, and the answer is that file's receipt."""

    submission_id: str


Answer = Stored | Taken | InFile
