"""One assembly is the content of one release, written aside: the files, then the signed manifest that tells what they are."""

import errno
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

import duckdb

from orchestration.durable import ASIDE, sync
from orchestration.publishing import parquet
from orchestration.publishing.agreement import Agreement
from orchestration.publishing.candidate import PAGE, Candidate, CandidateError, content_digest
from orchestration.publishing.fhir_file import NAME
from orchestration.publishing.held import Held, write_held
from orchestration.publishing.manifest import (
    MANIFEST,
    GateRun,
    Manifest,
    SchemaChange,
    Shape,
    UnderAgreement,
    stamp,
    write_signed,
)
from orchestration.publishing.publisher import Publisher
from orchestration.publishing.release_files import ReleaseFiles
from orchestration.publishing.report import GateReport, Words
from orchestration.warehouse import connect

NO_SPACE = "No space left on device"


def assemble(
    candidate: Candidate,
    report: GateReport,
    agreement: Agreement,
    directory: Path,
    publisher: Publisher,
    held: Held,
    *,
    now: datetime,
    supersedes: str | None,
    shapes: tuple[Shape, ...],
    schema_changes: tuple[SchemaChange, ...],
) -> Manifest:
    """Make `directory` with every file of the release and its manifest, all of it on disk. No reader knows it yet.

    `held` is what the recipient holds: whence the changes are told.
    """
    directory.mkdir()
    # A scratch file, so that DuckDB spills beside the release and nowhere else.
    with tempfile.TemporaryDirectory(dir=directory.parent, prefix=f"{ASIDE}scratch-") as scratch:
        try:
            with connect(Path(scratch) / "scratch.duckdb") as connection:
                files = ReleaseFiles(connection, candidate, agreement.terms, report, held, directory)
                products = tuple(files.table(p, shape) for p, shape in zip(candidate.products, shapes, strict=True))
                reports = files.reports()
                files.documents()
                hashes = {p.model: p.sha256 for p in products} | {d.file: d.sha256 for d in candidate.documents}
                digest = content_digest(hashes | ({NAME: reports.sha256} if reports else {}))
                release_id = stamp(now, digest)
                if agreement.terms.builds_on_the_former:
                    write_held(connection, candidate, agreement.terms, held, report.withheld_codes, release_id)
        except duckdb.Error as error:  # its text could quote data
            fault = type(error).__name__
            if NO_SPACE in str(error):
                raise OSError(errno.ENOSPC, NO_SPACE) from None
            raise CandidateError(f"The release of {candidate.recipient} can't be written ({fault}).") from None
    terms = agreement.terms
    manifest = Manifest(
        format="klgateway-release/2",
        recipient=candidate.recipient,
        release_id=release_id,
        status="released",
        created_at=now,
        key_id=publisher.signer.key_id,
        supersedes=supersedes,
        agreement=UnderAgreement(terms.id, terms.version, agreement.sha256, Words(terms.title.da, terms.title.en)),
        cut_off_on=candidate.cut_off_on,
        content_digest=digest,
        software_version=publisher.software_version,
        dbt_manifest_sha256=publisher.dbt_manifest_sha256,
        source_submissions=candidate.submissions,
        gate=_gate_run(candidate, report, directory),
        audit=publisher.audit.head(),
        withheld_municipalities=report.withheld,
        schema_changes=schema_changes,
        municipalities=_rows_by_municipality(candidate, set(report.withheld_codes)),
        products=products,
        reports=reports,
        documents=candidate.documents,
    )
    write_signed(manifest, directory, MANIFEST, publisher.signer)
    return manifest


def _rows_by_municipality(candidate: Candidate, withheld: set[str]) -> dict[str, dict[str, int]]:
    return {
        code: {p.model: p.municipalities.get(code, 0) for p in candidate.products if p.kind == "municipal"}
        for code in candidate.municipalities
        if code not in withheld
    }


def _gate_run(candidate: Candidate, report: GateReport, directory: Path) -> GateRun:
    """The judgement, with its page where one was written beside the candidate."""
    source, path = candidate.directory / PAGE, directory / PAGE
    if not source.is_file():
        return GateRun(report.candidate_digest, report.judged_at, report.engine)
    shutil.copyfile(source, path)
    sync(path)
    return GateRun(report.candidate_digest, report.judged_at, report.engine, path.stat().st_size, parquet.sha256(path))
