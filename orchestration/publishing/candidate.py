"""One candidate is what would be published to one recipient, before its gate: a Parquet file per product, and a record.

candidate.json is written last: where it is missing, the candidate is not whole and nothing is made of it.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from orchestration.publishing import parquet
from orchestration.publishing.fhir_file import NAME, Slice

RECORD, GATE, PAGE = "candidate.json", "gate.json", "gate.html"


class CandidateError(RuntimeError):
    """A candidate can't be made or used. Tells the place and the remedy, never a value."""


@dataclass(frozen=True)
class Submissions:
    """The accepted submissions that the warehouse holds: first and last by receipt; `sha256` is of all their ids, a line
    each in the order of receipt."""

    count: int
    first_submission_id: str | None
    last_submission_id: str | None
    first_received_on: date | None
    last_received_on: date | None
    sha256: str


@dataclass(frozen=True)
class CandidateProduct:
    """One file: `schema` is column → type; `municipalities` is rows per code (empty for a reference table)."""

    model: str
    kind: Literal["municipal", "reference"]
    file: str
    rows: int
    bytes: int
    sha256: str
    schema: dict[str, str]
    municipalities: dict[str, int]


@dataclass(frozen=True)
class CandidateReports:
    """The accepted reports since what the recipient holds (after the release `since`; None: all of them), by municipality."""

    file: str
    bytes: int
    sha256: str
    since: str | None
    slices: tuple[Slice, ...]


@dataclass(frozen=True)
class Document:
    """One file for people that goes with the tables, as it is: the quality card of a municipality."""

    file: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Candidate:
    """A whole candidate, as candidate.json tells it (without its own place on disk)."""

    directory: Path
    recipient: str
    agreement_id: str
    agreement_version: int
    agreement_sha256: str
    cut_off_on: date
    submissions: Submissions
    products: tuple[CandidateProduct, ...]
    reports: CandidateReports | None = None
    documents: tuple[Document, ...] = ()

    @property
    def digest(self) -> str:
        """What the candidate holds, as one hash."""
        hashes = {product.model: product.sha256 for product in self.products}
        hashes |= {document.file: document.sha256 for document in self.documents}
        return content_digest(hashes | ({NAME: self.reports.sha256} if self.reports else {}))

    @property
    def municipalities(self) -> list[str]:
        """The codes that have a row in any product, sorted."""
        return sorted({code for product in self.products for code in product.municipalities} - {parquet.UNKNOWN})

    def path(self, product: CandidateProduct) -> Path:
        """Where the product's file lies."""
        return self.directory / product.file


def content_digest(hashes: dict[str, str]) -> str:
    """One hash of the hashes of all products and documents (model, or file, → SHA-256)."""
    lines = "".join(f"{model} {value}\n" for model, value in sorted(hashes.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def read_candidate(candidates_dir: Path, recipient: str) -> Candidate:
    """The candidate that was written last. Raises CandidateError where there is no whole one."""
    directory = candidates_dir / recipient
    try:
        record = msgspec.json.decode((directory / RECORD).read_bytes())
        return msgspec.convert({**record, "directory": directory}, Candidate)
    except (OSError, TypeError, msgspec.MsgspecError):
        raise CandidateError(f"There is no whole candidate for {recipient}. Remedy: write it again.") from None
