"""One release is one folder that a recipient may read: built aside, fsynced, renamed into place, then made `latest`.

Whoever reads sees the former release or the new one, whole. A candidate that may not be released leaves `latest` as it
is, and a file in `failed/`.
"""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from orchestration.durable import ASIDE, aside, locked, point, rename, sweep, write_whole
from orchestration.publishing import parquet
from orchestration.publishing.agreement import Agreement
from orchestration.publishing.assemble import assemble
from orchestration.publishing.candidate import Candidate, CandidateProduct
from orchestration.publishing.manifest import Manifest, read_manifest, read_place, stamp, verify
from orchestration.publishing.report import GateReport, Refusal, pretty, refusal

LATEST, FAILED = "latest", "failed"


@dataclass(frozen=True)
class Released:
    """A new release stands, and is the latest. `notes` name what was found damaged in the former one."""

    status: ClassVar = "released"
    directory: Path
    manifest: Manifest
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unchanged:
    """The latest release says the same: same content, same version of the agreement, same municipalities withheld."""

    status: ClassVar = "unchanged"
    directory: Path
    manifest: Manifest


@dataclass(frozen=True)
class Refused:
    """Nothing was released; `record` is the file in failed/ that says why."""

    status: ClassVar = "refused"
    record: Path
    refusals: tuple[Refusal, ...]


def release(
    candidate: Candidate,
    report: GateReport,
    agreement: Agreement,
    releases_dir: Path,
    *,
    now: datetime,
    software_version: str,
) -> Released | Unchanged | Refused:
    """Release what the gate passed, unless the latest release says it already. Safe to kill at any point."""
    home = releases_dir / candidate.recipient
    with locked(home):
        sweep(home)
        supersedes = finish_interrupted(home)
        refusals = _refusals(candidate, report, agreement)
        if refusals:
            return _refuse(home, candidate, report, refusals, now)
        beside = aside(home, "release")
        try:
            manifest = assemble(
                candidate, report, agreement, beside, now=now, supersedes=supersedes, software_version=software_version
            )
            former = home / supersedes if supersedes else None
            damage = verify(former) if former else ()
            before = read_manifest(former) if former and not damage else None
            if former and before and _says_the_same(before, manifest):
                return Unchanged(former, before)
            target = home / manifest.release_id
            if target.exists():
                raise FileExistsError(f"{target.name} exists and is not the latest release: look at it, then run again")
            rename(beside, target)
            point(home / LATEST, target.name)
            return Released(target, manifest, tuple(f"{supersedes}: {fault}" for fault in damage))
        finally:
            shutil.rmtree(beside, ignore_errors=True)  # nothing, once it was renamed


def latest(releases_dir: Path, recipient: str) -> Path | None:
    """The folder of the latest release: resolve it once, then read all its files from there."""
    link = releases_dir / recipient / LATEST
    return link.resolve() if link.is_symlink() and link.exists() else None


def finish_interrupted(home: Path) -> str | None:
    """Point `latest` to a release that was put in place just before its run was killed. Returns the latest's id."""
    link = home / LATEST
    current = link.readlink().name if link.is_symlink() else None
    followers: dict[str | None, list[str]] = {}
    for path in sorted(home.iterdir()):
        if not path.is_symlink() and not path.name.startswith(ASIDE) and (place := read_place(path)):
            followers.setdefault(place.supersedes, []).append(path.name)
    while whole := [name for name in followers.pop(current, []) if not verify(home / name)]:
        current = whole[-1]
        point(link, current)
    return current


def _refusals(candidate: Candidate, report: GateReport, agreement: Agreement) -> tuple[Refusal, ...]:
    if not agreement.is_on:
        return (refusal("agreement.off"),)
    if not agreement.sha256 == candidate.agreement_sha256 == report.agreement_sha256:
        return (refusal("agreement.changed"),)
    if report.candidate_digest != candidate.digest:
        return (refusal("candidate.changed"),)
    if any(not _is_whole(candidate, product) for product in candidate.products):
        return (refusal("candidate.changed"),)
    return report.refusals


def _is_whole(candidate: Candidate, product: CandidateProduct) -> bool:
    path = candidate.path(product)
    return path.is_file() and parquet.sha256(path) == product.sha256


def _refuse(
    home: Path, candidate: Candidate, report: GateReport, refusals: tuple[Refusal, ...], now: datetime
) -> Refused:
    record = home / FAILED / f"{stamp(now, candidate.digest)}.json"
    said = {
        "recipient": candidate.recipient,
        "status": Refused.status,
        "refused_at": now,
        "refusals": refusals,
        "gate": report,
    }
    write_whole(record, pretty(said))
    return Refused(record, refusals)


def _says_the_same(before: Manifest, now: Manifest) -> bool:
    return (
        before.content_digest == now.content_digest
        and before.agreement.version == now.agreement.version
        and before.withheld_codes == now.withheld_codes
    )
