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
from orchestration.publishing.candidate import Candidate, CandidateError, CandidateProduct, content_digest
from orchestration.publishing.manifest import (
    MANIFEST,
    GateRun,
    Manifest,
    ReleasedProduct,
    SchemaChange,
    Shape,
    SuiteFile,
    UnderAgreement,
    stamp,
    write_signed,
)
from orchestration.publishing.publisher import Publisher
from orchestration.publishing.report import GateReport, Words
from orchestration.warehouse import connect

NO_SPACE = "No space left on device"


def assemble(
    candidate: Candidate,
    report: GateReport,
    agreement: Agreement,
    directory: Path,
    publisher: Publisher,
    *,
    now: datetime,
    supersedes: str | None,
    shapes: tuple[Shape, ...],
    schema_changes: tuple[SchemaChange, ...],
) -> Manifest:
    """Make `directory` with every file of the release and its manifest, all of it on disk. No reader knows it yet."""
    directory.mkdir()
    versions = {shape.model: shape.version for shape in shapes}
    # A scratch file, so that DuckDB spills beside the release and nowhere else.
    with tempfile.TemporaryDirectory(dir=directory.parent, prefix=f"{ASIDE}scratch-") as scratch:
        try:
            with connect(Path(scratch) / "scratch.duckdb") as connection:
                products = tuple(
                    _product(connection, candidate, p, report, versions[p.model], directory) for p in candidate.products
                )
        except duckdb.Error as error:  # its text could quote data
            fault = type(error).__name__
            if NO_SPACE in str(error):
                raise OSError(errno.ENOSPC, NO_SPACE) from None
            raise CandidateError(f"The release of {candidate.recipient} can't be written ({fault}).") from None
    digest = content_digest({product.model: product.sha256 for product in products})
    terms = agreement.terms
    manifest = Manifest(
        format="klgateway-release/2",
        recipient=candidate.recipient,
        release_id=stamp(now, digest),
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
        gate=GateRun(report.candidate_digest, report.judged_at, report.engine),
        audit=publisher.audit.head(),
        withheld_municipalities=report.withheld,
        schema_changes=schema_changes,
        municipalities=_rows_by_municipality(candidate, set(report.withheld_codes)),
        products=products,
    )
    write_signed(manifest, directory, MANIFEST, publisher.signer)
    return manifest


def _product(
    connection: duckdb.DuckDBPyConnection,
    candidate: Candidate,
    product: CandidateProduct,
    report: GateReport,
    version: str,
    directory: Path,
) -> ReleasedProduct:
    """Write one file of the release: the very bytes that were judged, or those without the withheld municipalities."""
    source, path, rows = candidate.path(product), directory / product.file, product.rows
    if set(report.withheld_codes) & set(product.municipalities):
        remaining = parquet.without(report.withheld_codes)
        query = f"select * from read_parquet({parquet.quoted(str(source))}) where {remaining}"
        parquet.write(connection, query, path, parquet.footer(source))
        rows = parquet.count(connection, path)
    else:
        shutil.copyfile(source, path)
        sync(path)
    judged = next(gate for gate in report.products if gate.model == product.model)
    return ReleasedProduct(
        model=product.model,
        version=version,
        file=product.file,
        form="parquet",
        kind=product.kind,
        rows=rows,
        bytes=path.stat().st_size,
        sha256=parquet.sha256(path),
        schema=product.schema,
        row_groups=parquet.row_groups(path),
        page_checksums=True,
        suite=SuiteFile(judged.suite, judged.suite_sha256),
        gate=judged.outcomes,
    )


def _rows_by_municipality(candidate: Candidate, withheld: set[str]) -> dict[str, dict[str, int]]:
    return {
        code: {p.model: p.municipalities.get(code, 0) for p in candidate.products if p.kind == "municipal"}
        for code in candidate.municipalities
        if code not in withheld
    }
