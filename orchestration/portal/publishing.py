"""One publishing puts a whole site in place: built aside, examined, signed, renamed, then made `latest`.

Whoever reads sees the former site or the new one. A site with a fault is not shown; the former one stands.
"""

import hashlib
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from orchestration.durable import aside, locked, point, rename, sweep, sync
from orchestration.portal.downloads import write_downloads
from orchestration.portal.faults import Fault, faults
from orchestration.portal.figures import Figures
from orchestration.portal.reading import IN_MEMORY, Withdrawn, public_release, read_figures
from orchestration.portal.site import site, withdrawn_site
from orchestration.publishing.home import LATEST
from orchestration.publishing.manifest import stamp
from orchestration.publishing.report import pretty
from orchestration.publishing.signing import SIGNATURE, Signer
from orchestration.warehouse import connect

RECORD = "site.json"
KEPT = 5
"""Sites that stay: the public release keeps the figures, a site can be made of them again (2026-11-26)."""


class FaultySite(RuntimeError):
    """The site may not be shown. Tells the first faults; the former site stands."""

    def __init__(self, found: list[Fault]) -> None:
        self.faults = found
        super().__init__(
            f"{len(found)} faults: {'; '.join(f'{f.path} {f.text}' for f in found[:5])}. The former site stands."
        )


@dataclass(frozen=True)
class SiteRecord:
    """site.json. `release_id` and `manifest_sha256` are of the public release; None where it was withdrawn. `files`: bytes, SHA-256."""

    format: str
    site_id: str
    made_at: datetime
    release_id: str | None
    manifest_sha256: str | None
    key_id: str
    content_digest: str
    files: dict[str, tuple[int, str]]


@dataclass(frozen=True)
class Published:
    """`status`: new, unchanged, withdrawn (words stand in the place of figures)."""

    status: str
    directory: Path
    record: SiteRecord
    figures: Figures | None


def publish(releases_dir: Path, portal_dir: Path, signer: Signer, *, now: datetime) -> Published:
    """Make the site of the newest public release, unless it stands already.

    Raises NoFigures (no public release, or a damaged one) and FaultySite; the former site stands.
    """
    with locked(portal_dir):
        sweep(portal_dir)
        beside = aside(portal_dir, "site")
        try:
            figures = _build(releases_dir, beside)
            files = {path.relative_to(beside).as_posix(): path for path in sorted(beside.rglob("*")) if path.is_file()}
            told = {name: (path.stat().st_size, _sha256(path)) for name, path in files.items()}
            digest = hashlib.sha256(msgspec.json.encode(sorted(told.items()))).hexdigest()
            if (former := read_record(portal_dir / LATEST)) and former.content_digest == digest:
                return Published("unchanged", (portal_dir / LATEST).resolve(), former, figures)
            record = SiteRecord(
                format="klgateway-site/1",
                site_id=stamp(now, digest),
                made_at=now,
                release_id=figures.source.release_id if figures else None,
                manifest_sha256=figures.source.manifest_sha256 if figures else None,
                key_id=signer.key_id,
                content_digest=digest,
                files=told,
            )
            data = pretty(record)
            (beside / RECORD).write_bytes(data)
            (beside / f"{RECORD}{SIGNATURE}").write_bytes(signer.sign(data))
            _to_disk(beside)
            target = portal_dir / record.site_id
            rename(beside, target)
            point(portal_dir / LATEST, target.name)
            _prune(portal_dir)
            return Published("new" if figures else "withdrawn", target, record, figures)
        finally:
            shutil.rmtree(beside, ignore_errors=True)


def read_record(directory: Path) -> SiteRecord | None:
    """What a site says of itself, or None where there is none."""
    try:
        return msgspec.json.decode((directory / RECORD).read_bytes(), type=SiteRecord)
    except (OSError, msgspec.MsgspecError):
        return None


def _build(releases_dir: Path, out: Path) -> Figures | None:
    """Every file of the site below `out`; None where the release was withdrawn and only words stand there."""
    try:
        release = public_release(releases_dir)
    except Withdrawn:
        _write(withdrawn_site(), out)
        return None
    figures = read_figures(release)
    _write(site(figures), out)
    with connect(IN_MEMORY) as connection:
        write_downloads(connection, figures, release, out / "download")
    if found := faults(out, figures):
        raise FaultySite(found)
    return figures


def _write(files: dict[str, bytes], out: Path) -> None:
    for name, data in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _to_disk(directory: Path) -> None:
    for path in directory.rglob("*"):
        sync(path)
    sync(directory)


def _prune(portal_dir: Path) -> None:
    current = (portal_dir / LATEST).readlink().name
    sites = sorted(path for path in portal_dir.iterdir() if (path / RECORD).is_file() and not path.is_symlink())
    for path in sites[:-KEPT]:
        if path.name != current:
            doomed = aside(portal_dir, path.name)
            rename(path, doomed)
            shutil.rmtree(doomed, ignore_errors=True)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
