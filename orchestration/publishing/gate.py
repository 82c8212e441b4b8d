"""One gate run judges one candidate with Great Expectations, on the bytes that would be shipped.

Three phases: the whole candidate; where something critical failed, each municipality alone, to find whose fault it is;
then what remains without those municipalities. The last is the verdict.
No value leaves this module: results are read for their counts only, errors for their class only, and the libraries' own
logs are silent while it runs.
"""

import re
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from orchestration.durable import ASIDE
from orchestration.publishing import parquet
from orchestration.publishing.agreement import Agreement
from orchestration.publishing.candidate import Candidate, CandidateError
from orchestration.publishing.localise import Fault, Results, blame, critical_failures, product_gates, refusals
from orchestration.publishing.quiet import quiet
from orchestration.publishing.report import Found, GateReport, write_report
from orchestration.publishing.suite import CUT_OFF, Expectation
from orchestration.publishing.terms import MUNICIPALITY
from orchestration.warehouse import connect

COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}
"""No sample of failing values in any result."""


def run_gate(candidate: Candidate, agreement: Agreement, *, now: datetime) -> GateReport:
    """Judge the candidate by the agreement's suites, and write gate.json beside it.

    Raises CandidateError when the candidate was made under other terms or its files were changed since.
    """
    if candidate.agreement_sha256 != agreement.sha256:
        raise CandidateError(f"The agreement of {candidate.recipient} changed. Remedy: write the candidate again.")
    if any(parquet.sha256(candidate.path(product)) != product.sha256 for product in candidate.products):
        raise CandidateError(f"A file of the candidate of {candidate.recipient} changed. Remedy: write it again.")
    with quiet(), tempfile.TemporaryDirectory(dir=candidate.directory, prefix=f"{ASIDE}gate-") as scratch:
        whole, faults, engine = _judge_whole(candidate, agreement, Path(scratch))
        withheld = blame(candidate, faults)
        remaining = set(candidate.municipalities) - {one.municipality_code for one in withheld}
        released = whole
        if withheld and remaining:
            with _Examiner(
                candidate, Path(scratch) / "remaining.duckdb", [w.municipality_code for w in withheld]
            ) as examiner:
                released = {
                    p.model: examiner.run(p.model, agreement.suites[p.model].expectations) for p in candidate.products
                }
    report = GateReport(
        recipient=candidate.recipient,
        agreement_id=candidate.agreement_id,
        agreement_version=candidate.agreement_version,
        agreement_sha256=candidate.agreement_sha256,
        candidate_digest=candidate.digest,
        cut_off_on=candidate.cut_off_on,
        judged_at=now,
        engine=engine,
        refusals=refusals(critical_failures(agreement, released), withheld, nothing_remains=not remaining),
        withheld=withheld,
        products=product_gates(candidate, agreement, whole, released),
    )
    write_report(report, candidate.directory)
    return report


def _judge_whole(candidate: Candidate, agreement: Agreement, scratch: Path) -> tuple[Results, list[Fault], str]:
    """Phases one and two: every expectation on the whole, then the critical ones that failed on each municipality."""
    with _Examiner(candidate, scratch / "whole.duckdb", []) as examiner:
        whole = {p.model: examiner.run(p.model, agreement.suites[p.model].expectations) for p in candidate.products}
        failed = critical_failures(agreement, whole)
        faults: list[Fault] = []
        for product in candidate.products:
            suspects = [e for e in agreement.suites[product.model].expectations if (product.model, e.id) in failed]
            for code in sorted(set(product.municipalities) - {parquet.UNKNOWN}) if suspects else []:
                results = examiner.run(product.model, suspects, municipality=code)
                faults += [Fault(code, product.model, e, results[e.id]) for e in suspects if not results[e.id].success]
        return whole, faults, examiner.version


class _Examiner:
    """Great Expectations over views of the candidate's files, in a scratch DuckDB that holds no rows itself."""

    def __init__(self, candidate: Candidate, scratch: Path, without: Iterable[str]) -> None:
        self._views(candidate, scratch, without)
        self._cut_off_on = candidate.cut_off_on
        self._scratch = scratch

    def __enter__(self) -> Self:
        import great_expectations  # takes seconds: only who judges pays for it

        self._gx: Any = great_expectations
        self.version = f"great_expectations {great_expectations.__version__}"
        context: Any = great_expectations.get_context(mode="ephemeral")
        context.enable_analytics(False)
        context.variables.progress_bars = {"globally": False}
        self._source = context.data_sources.add_sql(
            "candidate",
            connection_string=f"duckdb:///{self._scratch}",
            create_temp_table=False,
            kwargs={"connect_args": {"read_only": True}},
        )
        self._engine = self._source.get_execution_engine().engine
        _buffer_results(self._engine)
        self._assets: dict[str, Any] = {}
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()
        self._source.get_engine().dispose()

    def run(self, model: str, expectations: Iterable[Expectation], municipality: str | None = None) -> dict[str, Found]:
        """What each expectation (by id) finds in the product, or in one municipality's rows of it."""
        from great_expectations.core.partitioners import PartitionerColumnValue

        if model not in self._assets:
            self._assets[model] = self._source.add_table_asset(model, table_name=model)
        asset = self._assets[model]
        slices: dict[str, Any] = {}
        if municipality is not None:
            slices = {
                "options": {MUNICIPALITY: municipality},
                "partitioner": PartitionerColumnValue(column_name=MUNICIPALITY),
            }
        wanted = list(expectations)
        configured = [{"type": e.type, "kwargs": self._kwargs(e), "meta": {"id": e.id}} for e in wanted]
        result = asset.get_batch(asset.build_batch_request(**slices)).validate(
            self._gx.ExpectationSuite(name=model, expectations=configured),
            result_format=COUNTS_ONLY,
            expectation_parameters={"cut_off_on": self._cut_off_on},
        )
        found = {one.expectation_config.meta["id"]: _found(one) for one in result.results}
        return {e.id: found.get(e.id, Found(False, fault="NotEvaluated")) for e in wanted}

    def _kwargs(self, expectation: Expectation) -> dict[str, Any]:
        kwargs = dict(expectation.kwargs)
        if isinstance(query := kwargs.get("unexpected_rows_query"), str):
            kwargs["unexpected_rows_query"] = query.replace(CUT_OFF, f"date '{self._cut_off_on.isoformat()}'")
        return kwargs

    @staticmethod
    def _views(candidate: Candidate, scratch: Path, without: Iterable[str]) -> None:
        """A view per product under its own name, so that a query can look from one product into another."""
        condition = parquet.without(without)
        with connect(scratch) as connection:
            for product in candidate.products:
                query = f"select * from read_parquet({parquet.quoted(str(candidate.path(product)))})"
                if product.kind == "municipal":
                    query += f" where {condition}"
                connection.execute(f'create view "{product.model}" as {query}')


def _found(result: Any) -> Found:
    faults = [info for info in _flat(result.exception_info) if info.get("raised_exception")]
    if faults:
        named = re.search(r"_duckdb\.([A-Za-z]+)", str(faults[0].get("exception_message")))
        return Found(False, fault=named.group(1) if named else "NotEvaluated")
    counts = result.result or {}
    rows = counts.get("unexpected_count")
    if result.expectation_config.type == "unexpected_rows_expectation":
        rows = counts.get("observed_value")
    return Found(bool(result.success), int(rows) if isinstance(rows, int | float) else None)


def _flat(exception_info: dict[str, Any]) -> list[dict[str, Any]]:
    """One record of an error, or one per metric: Great Expectations has both shapes."""
    return [exception_info] if "raised_exception" in exception_info else list(exception_info.values())


def _buffer_results(engine: Any) -> None:
    """Fetch each result at once: on DuckDB an open one vanishes with the rollback that SQLAlchemy ends a query with."""
    from sqlalchemy import event
    from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

    @event.listens_for(engine, "after_cursor_execute")
    def buffer(_connection: Any, cursor: Any, _statement: Any, _parameters: Any, context: Any, _many: Any) -> None:
        if context is not None and cursor.description:
            rows = cursor.fetchall()
            context.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(cursor, initial_buffer=rows)
