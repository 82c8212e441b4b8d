"""One released file is a table or the reports, as the manifest tells of it."""

from dataclasses import dataclass
from typing import Literal

from orchestration.publishing.changes import Changes
from orchestration.publishing.report import Outcome


@dataclass(frozen=True)
class SuiteFile:
    """The suite that judged a product, and the hash of its file."""

    suite: str
    sha256: str


@dataclass(frozen=True)
class ReleasedProduct:
    """One file. `schema` is column → type in the file's order, `version` that of the product in its agreement.

    Of Parquet: `row_groups` are the rows of each, and each page carries a CRC-32 (`page_checksums`). `gate` has every
    expectation of the suite. `changes`: a table that tells what differs from the release before.
    """

    model: str
    version: str
    file: str
    form: Literal["parquet", "ndjson"]
    kind: Literal["municipal", "reference"]
    rows: int
    bytes: int
    sha256: str
    schema: dict[str, str]
    row_groups: tuple[int, ...]
    page_checksums: bool
    suite: SuiteFile
    gate: tuple[Outcome, ...]
    changes: Changes | None = None


@dataclass(frozen=True)
class ReleasedReports:
    """The file of reports (CareIncrementalDelivery, one a line, gzip). `since` is the release it goes on from; None: all reports.

    `last_receipt_sequence` is how far it reaches, by municipality; `resources` counts what is in it, by FHIR type.
    """

    file: str
    form: Literal["ndjson"]
    bytes: int
    sha256: str
    since: str | None
    deliveries: int
    reports: int
    resources: dict[str, int]
    municipalities: dict[str, int]
    last_receipt_sequence: dict[str, int]
