"""One manifest is what one release says of itself: files, hashes, rows, gate, who is withheld, where it came from.

Where a release was withdrawn, a withdrawal (withdrawn.json) stands in the place of manifest and data. Both are signed.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from orchestration.durable import sync
from orchestration.publishing.audit import Head
from orchestration.publishing.candidate import PAGE, Document, Submissions, content_digest
from orchestration.publishing.fhir_file import NAME
from orchestration.publishing.released import ReleasedProduct, ReleasedReports
from orchestration.publishing.report import Withheld, Words, pretty
from orchestration.publishing.signing import SIGNATURE, Signer

MANIFEST, WITHDRAWN = "manifest.json", "withdrawn.json"
T = TypeVar("T")


@dataclass(frozen=True)
class UnderAgreement:
    """Which version of which agreement; `sha256` is of agreement.yml as it was."""

    id: str
    version: int
    sha256: str
    title: Words


@dataclass(frozen=True)
class GateRun:
    """The judgement that let it out: of which candidate (content digest), when, by which engine; its page, where there is one."""

    candidate_digest: str
    judged_at: datetime
    engine: str
    page_bytes: int = 0
    page_sha256: str | None = None


@dataclass(frozen=True)
class SchemaChange:
    """What differs in one product from the release before: a column (or with none, the product itself)."""

    model: str
    column: str | None
    change: Literal["added", "removed", "retyped"]
    level: Literal["minor", "major"]
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Manifest:
    """manifest.json. `supersedes` is the release that was latest before; `municipalities` is code → model → rows.

    `audit` is the last line of the audit log before this release got its own; `key_id` is of the key that signed
    manifest.json.sig.
    """

    format: Literal["klgateway-release/2"]
    recipient: str
    release_id: str
    status: Literal["released"]
    created_at: datetime
    key_id: str
    supersedes: str | None
    agreement: UnderAgreement
    cut_off_on: date
    content_digest: str
    software_version: str
    dbt_manifest_sha256: str | None
    source_submissions: Submissions
    gate: GateRun
    audit: Head
    withheld_municipalities: tuple[Withheld, ...]
    schema_changes: tuple[SchemaChange, ...]
    municipalities: dict[str, dict[str, int]]
    products: tuple[ReleasedProduct, ...]
    reports: ReleasedReports | None = None
    documents: tuple[Document, ...] = ()

    @property
    def digest(self) -> str:
        """The hash of the hashes of all files."""
        hashes = {product.model: product.sha256 for product in self.products}
        hashes |= {document.file: document.sha256 for document in self.documents}
        return content_digest(hashes | ({NAME: self.reports.sha256} if self.reports else {}))

    @property
    def files(self) -> dict[str, tuple[int, str]]:
        """File → bytes and SHA-256."""
        found = {product.file: (product.bytes, product.sha256) for product in self.products}
        found |= {document.file: (document.bytes, document.sha256) for document in self.documents}
        if self.reports:
            found[self.reports.file] = (self.reports.bytes, self.reports.sha256)
        if self.gate.page_sha256:
            found[PAGE] = (self.gate.page_bytes, self.gate.page_sha256)
        return found

    @property
    def withheld_codes(self) -> list[str]:
        """The withheld municipalities, sorted."""
        return sorted(one.municipality_code for one in self.withheld_municipalities)


@dataclass(frozen=True)
class Shape:
    """The columns of one product, as they were released."""

    model: str
    version: str
    schema: dict[str, str]


@dataclass(frozen=True)
class Withdrawal:
    """withdrawn.json: this release must not be used. `reason` is what the person wrote who withdrew it."""

    format: Literal["klgateway-withdrawal/1"]
    recipient: str
    release_id: str
    status: Literal["withdrawn"]
    withdrawn_at: datetime
    reason: str
    text: Words
    key_id: str
    supersedes: str | None
    agreement: UnderAgreement | None
    content_digest: str | None
    audit: Head
    products: tuple[Shape, ...]


class Place(msgspec.Struct, frozen=True):
    """Of a manifest or a withdrawal only what tells its place in the chain of releases."""

    supersedes: str | None


def stamp(now: datetime, digest: str) -> str:
    """A release id: sorts by time, and begins to tell the content. Raises ValueError for a time without a zone."""
    if now.tzinfo is None:
        raise ValueError("The time of a release needs a time zone.")
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{digest[:8]}"


def write_signed(record: Manifest | Withdrawal, directory: Path, name: str, signer: Signer) -> None:
    """Write a record and its signature into a folder that nobody reads yet, all of it on disk."""
    data = pretty(record)
    for path, content in ((directory / name, data), (directory / f"{name}{SIGNATURE}", signer.sign(data))):
        path.write_bytes(content)
        sync(path)
    sync(directory)


def read_manifest(release_dir: Path) -> Manifest | None:
    """The manifest of a release, or None where it can't be read."""
    return _read(release_dir / MANIFEST, Manifest)


def read_withdrawal(release_dir: Path) -> Withdrawal | None:
    """Why a release was withdrawn, or None where it was not, or where that can't be read."""
    return _read(release_dir / WITHDRAWN, Withdrawal)


def is_withdrawn(release_dir: Path) -> bool:
    """Whether a withdrawal stands there, readable or not. A folder that can't be looked into is not one."""
    try:
        return (release_dir / WITHDRAWN).exists()
    except OSError:
        return False


def read_place(release_dir: Path) -> Place | None:
    """The place of a release in the chain, or None where there is no release."""
    return _read(release_dir / MANIFEST, Place) or _read(release_dir / WITHDRAWN, Place)


def _read(path: Path, shape: type[T]) -> T | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=shape)
    except (OSError, msgspec.MsgspecError):
        return None
