"""One release is one folder that a recipient may read: built aside, fsynced, renamed into place, then made `latest`.

Whoever reads sees the former release or the new one, whole. A candidate that may not be released leaves `latest` as it
is, and a file in `failed/`. The audit log has its line before anybody can see the release.
"""

import errno
import shutil
from datetime import datetime
from pathlib import Path

from orchestration.durable import aside, locked, point, rename, write_whole
from orchestration.publishing import parquet
from orchestration.publishing.agreement import Agreement
from orchestration.publishing.assemble import assemble
from orchestration.publishing.candidate import Candidate
from orchestration.publishing.compatibility import changes, refused, shapes_now
from orchestration.publishing.held import Held, read_held
from orchestration.publishing.home import FAILED, LATEST, settle
from orchestration.publishing.manifest import MANIFEST, Manifest, Shape, stamp
from orchestration.publishing.outcome import Outcome, Refused, Released, Unchanged
from orchestration.publishing.predecessor import Predecessor, read_predecessor, withdrawn_before
from orchestration.publishing.publisher import Publisher
from orchestration.publishing.released import ReleasedProduct
from orchestration.publishing.report import GateReport, Refusal, pretty, refusal
from orchestration.publishing.retention import prune

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class ReleaseError(RuntimeError):
    """Nothing could be released, for a reason of the machine. Tells the place and the remedy; the former release stands."""


def release(
    candidate: Candidate,
    report: GateReport,
    agreement: Agreement,
    releases_dir: Path,
    publisher: Publisher,
    *,
    now: datetime,
) -> Outcome:
    """Release what the gate passed, unless the latest release says it already. Safe to kill at any point.

    Raises ReleaseError, AuditError and CandidateError; the former release stands.
    """
    home = releases_dir / candidate.recipient
    try:
        with locked(home):
            former = read_predecessor(home, settle(home, publisher, now))
            shapes = shapes_now(former.shapes, candidate, agreement.terms)
            is_raised = agreement.terms.version > former.agreement_version
            held = read_held(candidate.directory, former.release_id if former.manifest else None)
            refusals = _refusals(candidate, report, agreement, held)
            refusals = refusals or refused(former.shapes, shapes, agreement_is_raised=is_raised)
            if refusals:
                return _refuse(home, candidate, report, refusals, publisher, now)
            publisher.show_key(releases_dir, now)
            return _publish(home, candidate, report, agreement, publisher, former, held, shapes, now)
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        what = f"The disk that holds {home} is full: nothing was released, the former release stands"
        raise ReleaseError(f"{what}. Remedy: make room, then run again.") from None


def _publish(
    home: Path,
    candidate: Candidate,
    report: GateReport,
    agreement: Agreement,
    publisher: Publisher,
    former: Predecessor,
    held: Held,
    shapes: tuple[Shape, ...],
    now: datetime,
) -> Outcome:
    beside, is_logged = aside(home, "release"), False
    try:
        manifest = assemble(
            candidate,
            report,
            agreement,
            beside,
            publisher,
            held,
            now=now,
            supersedes=former.release_id,
            shapes=shapes,
            schema_changes=changes(former.shapes, shapes) if former.release_id else (),
        )
        if former.directory and former.manifest and _says_the_same(former.manifest, manifest):
            pruned = prune(home, agreement.terms.retention, publisher, now)
            return Unchanged(former.directory, former.manifest, tuple(pruned))
        if refusals := withdrawn_before(home, manifest):
            return _refuse(home, candidate, report, refusals, publisher, now)
        target = home / manifest.release_id
        if target.exists():
            raise FileExistsError(f"{target.name} exists and is not the latest release: look at it, then run again")
        _log(publisher, manifest, parquet.sha256(beside / MANIFEST), now)
        is_logged = True
        rename(beside, target)
        point(home / LATEST, target.name)
        pruned = prune(home, agreement.terms.retention, publisher, now)
        return Released(target, manifest, former.damage, tuple(pruned))
    finally:
        if not is_logged:  # else it was renamed, or the next run tells the log that it was not
            shutil.rmtree(beside, ignore_errors=True)


def _refusals(candidate: Candidate, report: GateReport, agreement: Agreement, held: Held) -> tuple[Refusal, ...]:
    if not agreement.is_on:
        return (refusal("agreement.off"),)
    if not agreement.sha256 == candidate.agreement_sha256 == report.agreement_sha256:
        return (refusal("agreement.changed"),)
    if report.candidate_digest != candidate.digest:
        return (refusal("candidate.changed"),)
    files = {one.file: one.sha256 for one in candidate.products} | {one.file: one.sha256 for one in candidate.documents}
    if not all(_is_whole(candidate.directory / file, digest) for file, digest in files.items()):
        return (refusal("candidate.changed"),)
    if candidate.reports:
        path = candidate.directory / candidate.reports.file
        if candidate.reports.since != held.release_id or parquet.sha256(path) != candidate.reports.sha256:
            return (refusal("candidate.changed"),)
    return report.refusals


def _is_whole(path: Path, digest: str) -> bool:
    return path.is_file() and parquet.sha256(path) == digest


def _refuse(
    home: Path,
    candidate: Candidate,
    report: GateReport,
    refusals: tuple[Refusal, ...],
    publisher: Publisher,
    now: datetime,
) -> Refused:
    record = home / FAILED / f"{stamp(now, candidate.digest)}.json"
    said = {
        "recipient": candidate.recipient,
        "status": Refused.status,
        "refused_at": now,
        "refusals": refusals,
        "gate": report,
    }
    codes = [one.code for one in refusals]
    under = {"id": candidate.agreement_id, "version": candidate.agreement_version, "sha256": candidate.agreement_sha256}
    publisher.record("refused", candidate.recipient, now, record=record.name, codes=codes, agreement=under)
    write_whole(record, pretty(said))
    return Refused(record, refusals)


def _log(publisher: Publisher, manifest: Manifest, manifest_sha256: str, now: datetime) -> None:
    """The line of a release: what to whom, under which agreement, made of which submissions, judged when."""
    under = manifest.agreement
    publisher.record(
        "released",
        manifest.recipient,
        now,
        release_id=manifest.release_id,
        supersedes=manifest.supersedes,
        manifest_sha256=manifest_sha256,
        agreement={"id": under.id, "version": under.version, "sha256": under.sha256},
        submissions=manifest.source_submissions,
        products={product.model: product.rows for product in manifest.products},
        withheld=manifest.withheld_codes,
        judged_at=manifest.gate.judged_at,
        software_version=manifest.software_version,
        key_id=manifest.key_id,
    )


def _says_the_same(before: Manifest, now: Manifest) -> bool:
    """Whether a reader of the former release would learn nothing from the new one."""
    formerly = {product.model: product.sha256 for product in before.products}
    if [product.model for product in now.products] != list(formerly):
        return False
    if now.reports and (now.reports.reports or now.reports.since is None):
        return False
    return (
        all(_nothing_new(product, formerly[product.model]) for product in now.products)
        and before.agreement.version == now.agreement.version
        and before.withheld_codes == now.withheld_codes
        and before.documents == now.documents
    )


def _nothing_new(product: ReleasedProduct, before: str) -> bool:
    if product.changes is None:
        return product.sha256 == before
    return product.changes.since is not None and product.rows == 0
