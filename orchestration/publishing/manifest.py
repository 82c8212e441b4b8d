"""One manifest is what one release says of itself: files, hashes, rows, gate, who is withheld, where it came from."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

import msgspec

from orchestration.publishing import parquet
from orchestration.publishing.candidate import Submissions, content_digest
from orchestration.publishing.report import Outcome, Withheld, Words

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class UnderAgreement:
    """Which version of which agreement; `sha256` is of agreement.yml as it was."""

    id: str
    version: int
    sha256: str
    title: Words


@dataclass(frozen=True)
class SuiteFile:
    """The suite that judged a product, and the hash of its file."""

    suite: str
    sha256: str


@dataclass(frozen=True)
class ReleasedProduct:
    """One file: `schema` is column → type in the file's order; `gate` has every expectation of the suite."""

    model: str
    file: str
    kind: Literal["municipal", "reference"]
    rows: int
    bytes: int
    sha256: str
    schema: dict[str, str]
    suite: SuiteFile
    gate: tuple[Outcome, ...]


@dataclass(frozen=True)
class Manifest:
    """manifest.json. `supersedes` is the release that was latest before; `municipalities` is code → model → rows."""

    format: Literal["klgateway-release/1"]
    recipient: str
    release_id: str
    status: Literal["released"]
    created_at: datetime
    supersedes: str | None
    agreement: UnderAgreement
    cut_off_on: date
    content_digest: str
    software_version: str
    source_submissions: Submissions
    withheld_municipalities: tuple[Withheld, ...]
    municipalities: dict[str, dict[str, int]]
    products: tuple[ReleasedProduct, ...]

    @property
    def withheld_codes(self) -> list[str]:
        """The withheld municipalities, sorted."""
        return sorted(one.municipality_code for one in self.withheld_municipalities)


class Place(msgspec.Struct, frozen=True):
    """Of a manifest only what tells its place in the chain of releases."""

    supersedes: str | None


def stamp(now: datetime, digest: str) -> str:
    """A release id: sorts by time, and begins to tell the content. Raises ValueError for a time without a zone."""
    if now.tzinfo is None:
        raise ValueError("The time of a release needs a time zone.")
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{digest[:8]}"


def read_manifest(release_dir: Path) -> Manifest | None:
    """The manifest of a release, or None where it can't be read."""
    try:
        return msgspec.json.decode((release_dir / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError):
        return None


def read_place(release_dir: Path) -> Place | None:
    """The place of a release in the chain, or None where there is no release."""
    try:
        return msgspec.json.decode((release_dir / MANIFEST).read_bytes(), type=Place)
    except (OSError, msgspec.MsgspecError):
        return None


def verify(release_dir: Path) -> tuple[str, ...]:
    """What is wrong with a release on disk, against its own manifest; empty when it is whole and unchanged."""
    manifest = read_manifest(release_dir)
    if manifest is None:
        return (f"{MANIFEST} is missing or can't be read",)
    faults = []
    if manifest.release_id != release_dir.name:
        faults.append(f"{MANIFEST} is that of {manifest.release_id}, not of {release_dir.name}")
    for product in manifest.products:
        path = release_dir / product.file
        if not path.is_file():
            faults.append(f"{product.file} is missing")
        elif path.stat().st_size != product.bytes:
            faults.append(f"{product.file} has {path.stat().st_size} bytes, the manifest says {product.bytes}")
        elif parquet.sha256(path) != product.sha256:
            faults.append(f"{product.file} has other content than the manifest says (SHA-256)")
    stray = {path.name for path in release_dir.iterdir()} - {MANIFEST} - {product.file for product in manifest.products}
    faults += [f"{name} does not belong to the release" for name in sorted(stray)]
    digest = content_digest({product.model: product.sha256 for product in manifest.products})
    if digest != manifest.content_digest or not manifest.release_id.endswith(f"-{digest[:8]}"):
        faults.append(f"{MANIFEST} does not agree with itself (content digest)")
    return tuple(faults)
