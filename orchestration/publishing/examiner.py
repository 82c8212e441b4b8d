"""One examiner is Great Expectations at one candidate's own bytes, by way of DuckDB views that hold no rows themselves.

No value leaves this module: results are read for their counts only, errors for their class only.
"""

import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, Self

from orchestration.publishing import parquet
from orchestration.publishing.agreement import Agreement
from orchestration.publishing.candidate import Candidate
from orchestration.publishing.former import Former
from orchestration.publishing.report import Found
from orchestration.publishing.suite import Expectation
from orchestration.publishing.terms import MUNICIPALITY
from orchestration.warehouse import connect

COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}
"""No sample of failing values in any result."""
FORMER = "former__"
"""Before the name of a product: the view of its former rows."""


class Examiner:
    """Judges products of a candidate, as a whole or one municipality's rows of them, without those of `withheld`."""

    def __init__(
        self, candidate: Candidate, agreement: Agreement, former: Former, scratch: Path, withheld: Collection[str] = ()
    ) -> None:
        self._views(candidate, former, scratch, withheld)
        self._cut_off_on = candidate.cut_off_on
        self._keys = {product.model: product.key for product in agreement.terms.products}
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
        configured = [
            {"type": e.type, "kwargs": self._kwargs(e, model, municipality), "meta": {"id": e.id}} for e in wanted
        ]
        result = asset.get_batch(asset.build_batch_request(**slices)).validate(
            self._gx.ExpectationSuite(name=model, expectations=configured),
            result_format=COUNTS_ONLY,
            expectation_parameters={"cut_off_on": self._cut_off_on},
        )
        found = {one.expectation_config.meta["id"]: _found(one) for one in result.results}
        return {e.id: found.get(e.id, Found(False, fault="NotEvaluated")) for e in wanted}

    def _kwargs(self, expectation: Expectation, model: str, municipality: str | None) -> dict[str, Any]:
        kwargs = dict(expectation.kwargs)
        if isinstance(query := kwargs.get("unexpected_rows_query"), str):
            for mark, sql in self._marks(model, municipality).items():
                query = query.replace(mark, sql)
            kwargs["unexpected_rows_query"] = query
        return kwargs

    def _marks(self, model: str, municipality: str | None) -> dict[str, str]:
        """What stands in a query for what only a run knows. `{batch}` is left to Great Expectations."""
        key = [f'"{column}"' for column in self._keys[model]]
        former = f'"{FORMER}{model}"'
        if municipality is not None:
            former = f"(select * from {former} where {MUNICIPALITY} = {parquet.quoted(municipality)})"
        return {
            "{cut_off_on}": f"date '{self._cut_off_on.isoformat()}'",
            "{key}": ", ".join(key),
            "{key_missing}": f"({' or '.join(f'{column} is null' for column in key)})",
            "{former}": former,
        }

    @staticmethod
    def _views(candidate: Candidate, former: Former, scratch: Path, withheld: Collection[str]) -> None:
        """Two views per product, of now (under its own name: a query can look from one product into another) and of
        the former release, both without the withheld municipalities."""
        condition = parquet.without(withheld)
        with connect(scratch) as connection:
            for product in candidate.products:
                now = f"select * from read_parquet({parquet.quoted(str(candidate.path(product)))})"
                for name, query in ((product.model, now), (FORMER + product.model, former.query(product))):
                    if product.kind == "municipal":
                        query = f"select * from ({query}) where {condition}"
                    connection.execute(f'create view "{name}" as {query}')


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
