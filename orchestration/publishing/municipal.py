"""One municipal extract is one municipality's own rows of a candidate that was made and judged for all of them at once.

Judged together, because Great Expectations takes seconds however few the rows; taken apart after: each municipality has a
candidate, releases and a `latest` of its own, under `municipality/<code>`.
"""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb
import msgspec

from orchestration.durable import aside, rename, write_whole
from orchestration.publishing import parquet
from orchestration.publishing.agreement import Agreement
from orchestration.publishing.candidate import (
    RECORD,
    Candidate,
    CandidateError,
    CandidateProduct,
    Document,
    Submissions,
)
from orchestration.publishing.report import GateReport, ProductGate, Refusal, refusal, write_report
from orchestration.publishing.terms import MUNICIPALITY

SUBMISSIONS = "fct_submission"


def own_extract(
    connection: duckdb.DuckDBPyConnection,
    candidate: Candidate,
    verdict: GateReport,
    agreement: Agreement,
    code: str,
    documents: Mapping[str, bytes] | None = None,
) -> tuple[Candidate, GateReport]:
    """The municipality's own candidate and verdict, on disk beside the common one; `documents` (file → content) go with it.

    Raises CandidateError: the common candidate is not the one that was judged, or can't be read.
    """
    if verdict.candidate_digest != candidate.digest:
        raise CandidateError("The common candidate is not the one that was judged. Remedy: run its gate.")
    directory = candidate.directory / code
    shutil.rmtree(directory, ignore_errors=True)
    beside = aside(candidate.directory, code)
    beside.mkdir(parents=True)
    try:
        products = tuple(_own_rows(connection, candidate, product, code, beside) for product in candidate.products)
        submissions = _own_submissions(connection, candidate, beside)
        with_them = tuple(_document(beside / name, content) for name, content in (documents or {}).items())
    except duckdb.Error as error:  # its text could quote data
        fault = type(error).__name__
        raise CandidateError(f"The extract of municipality {code} can't be written ({fault}).") from None
    own = replace(
        candidate,
        directory=directory,
        recipient=agreement.of(code).recipient,
        submissions=submissions,
        products=products,
        documents=with_them,
    )
    rename(beside, directory)
    record = msgspec.to_builtins(own, enc_hook=str)
    del record["directory"]
    report = replace(
        verdict,
        recipient=own.recipient,
        candidate_digest=own.digest,
        refusals=_refusals(verdict, agreement, code),
        withheld=(),
        noted=tuple(one for one in verdict.noted if one.municipality_code == code),
        products=tuple(_of(gate, products) for gate in verdict.products),
    )
    write_report(report, directory)
    write_whole(directory / RECORD, msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n")
    return own, report


def _own_rows(
    connection: duckdb.DuckDBPyConnection, candidate: Candidate, product: CandidateProduct, code: str, directory: Path
) -> CandidateProduct:
    source, path = candidate.path(product), directory / product.file
    if product.kind == "reference":
        shutil.copyfile(source, path)
        return product
    query = f"select * from read_parquet({parquet.quoted(str(source))}) where {MUNICIPALITY} = {parquet.quoted(code)}"
    parquet.write(connection, query, path, parquet.footer(source))
    rows = parquet.count(connection, path)
    return replace(
        product,
        rows=rows,
        bytes=path.stat().st_size,
        sha256=parquet.sha256(path),
        municipalities={code: rows} if rows else {},
    )


def _document(path: Path, content: bytes) -> Document:
    path.write_bytes(content)
    return Document(path.name, len(content), parquet.sha256(path))


def _own_submissions(connection: duckdb.DuckDBPyConnection, candidate: Candidate, directory: Path) -> Submissions:
    """The municipality's own accepted reports, by its extract's table of them; all of them where it has no such table."""
    path = directory / f"{SUBMISSIONS}.parquet"
    if not path.exists():
        return candidate.submissions
    query = f"""
        select submission_id, received_on from read_parquet({parquet.quoted(str(path))})
        where state_code = 'accepted' order by received_at, submission_id
    """
    rows = connection.execute(query).fetchall()
    ids, days = [row[0] for row in rows], [row[1] for row in rows]
    digest = hashlib.sha256("".join(f"{name}\n" for name in ids).encode()).hexdigest()
    if not rows:
        return Submissions(0, None, None, None, None, digest)
    return Submissions(len(ids), ids[0], ids[-1], min(days), max(days), digest)


def _refusals(verdict: GateReport, agreement: Agreement, code: str) -> tuple[Refusal, ...]:
    if code not in agreement.approved():
        return (refusal("approval.missing"),)
    for one in verdict.withheld:
        if one.municipality_code == code:
            return (refusal("gate.withheld", ", ".join(f"{f.model} {f.expectation_id}" for f in one.failures)),)
    return () if verdict.withheld else verdict.refusals


def _of(gate: ProductGate, products: tuple[CandidateProduct, ...]) -> ProductGate:
    return replace(gate, sha256=next(product.sha256 for product in products if product.model == gate.model))
