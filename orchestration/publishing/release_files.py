"""One file of a release is the very bytes that were judged, or those without the withheld municipalities, or what changed."""

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.durable import sync
from orchestration.publishing import parquet
from orchestration.publishing.candidate import Candidate, CandidateProduct
from orchestration.publishing.changes import Changes, same_columns, write_changes
from orchestration.publishing.held import Held
from orchestration.publishing.manifest import Shape
from orchestration.publishing.released import ReleasedProduct, ReleasedReports, SuiteFile
from orchestration.publishing.report import GateReport
from orchestration.publishing.terms import Terms


@dataclass(frozen=True)
class ReleaseFiles:
    """Writes the files of one release into `directory`."""

    connection: duckdb.DuckDBPyConnection
    candidate: Candidate
    terms: Terms
    verdict: GateReport
    held: Held
    directory: Path

    def table(self, product: CandidateProduct, shape: Shape) -> ReleasedProduct:
        """Write one table. Raises duckdb.Error and OSError."""
        path, changes = self.directory / product.file, None
        if self.terms.product(product.model).mode == "changes":
            changes = self._changes(product, path)
            rows = changes.new + changes.changed + changes.withdrawn
        else:
            rows = self._snapshot(product, path)
        judged = next(gate for gate in self.verdict.products if gate.model == product.model)
        return ReleasedProduct(
            model=product.model,
            version=shape.version,
            file=product.file,
            form="parquet",
            kind=product.kind,
            rows=rows,
            bytes=path.stat().st_size,
            sha256=parquet.sha256(path),
            schema=shape.schema,
            row_groups=parquet.row_groups(path),
            page_checksums=True,
            suite=SuiteFile(judged.suite, judged.suite_sha256),
            gate=judged.outcomes,
            changes=changes,
        )

    def reports(self) -> ReleasedReports | None:
        """Write the reports of all who are not withheld: the candidate's bytes without theirs."""
        told = self.candidate.reports
        if told is None:
            return None
        path = self.directory / told.file
        slices = [one for one in told.slices if one.municipality_code not in self.verdict.withheld_codes]
        with (self.candidate.directory / told.file).open("rb") as source, path.open("wb") as target:
            for one in slices:
                source.seek(one.offset)
                target.write(source.read(one.bytes))
        sync(path)
        resources = sum((Counter(one.resources) for one in slices), Counter())
        return ReleasedReports(
            file=told.file,
            form="ndjson",
            bytes=path.stat().st_size,
            sha256=parquet.sha256(path),
            since=told.since,
            deliveries=sum(one.deliveries for one in slices),
            reports=sum(one.reports for one in slices),
            resources=dict(sorted(resources.items())),
            municipalities={one.municipality_code: one.reports for one in slices},
            last_receipt_sequence={one.municipality_code: one.last_receipt_sequence for one in slices},
        )

    def documents(self) -> None:
        """Copy what is for people, as it lies in the candidate."""
        for document in self.candidate.documents:
            path = self.directory / document.file
            shutil.copyfile(self.candidate.directory / document.file, path)
            sync(path)

    def _snapshot(self, product: CandidateProduct, path: Path) -> int:
        source, withheld = self.candidate.path(product), self.verdict.withheld_codes
        if not set(withheld) & set(product.municipalities):
            shutil.copyfile(source, path)
            sync(path)
            return product.rows
        query = f"select * from read_parquet({parquet.quoted(str(source))}) where {parquet.without(withheld)}"
        parquet.write(self.connection, query, path, parquet.footer(source))
        return parquet.count(self.connection, path)

    def _changes(self, product: CandidateProduct, path: Path) -> Changes:
        source, base = self.candidate.path(product), self.held.file(product.model)
        if base is not None and not same_columns(self.connection, base, source):
            base = None  # a difference to other columns can't be told: begin anew
        terms, withheld = self.terms.product(product.model), self.verdict.withheld_codes
        counts = write_changes(self.connection, terms, source, base, withheld, path, parquet.footer(source))
        return Changes(self.held.release_id if base is not None else None, *counts)
