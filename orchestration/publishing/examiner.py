"""One examiner is Great Expectations at one candidate's own bytes, by way of DuckDB views that hold no rows themselves.

No value leaves this module: results are read for their counts only, errors for their class only.
"""

import re
import threading
from collections.abc import Collection, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, Self

from orchestration.publishing import parquet
from orchestration.publishing.agreement import Agreement
from orchestration.publishing.candidate import Candidate
from orchestration.publishing.former import Former
from orchestration.publishing.gx_on_duckdb import COUNTED, buffer_results, extend
from orchestration.publishing.kinds import QUERY
from orchestration.publishing.queries import FORMER, fill
from orchestration.publishing.report import Found
from orchestration.publishing.suite import Expectation
from orchestration.publishing.terms import MUNICIPALITY
from orchestration.warehouse import connect

COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}
"""No sample of failing values in any result."""
UNJUDGED = Found(False, fault="NotEvaluated")


def load_ahead() -> None:
    """Begin to load Great Expectations beside what this process waits for: it takes seconds, and the first gate needs it."""
    threading.Thread(target=import_module, args=["great_expectations"], daemon=True).start()


class Examiner:
    """Judges products of a candidate, as a whole or one municipality's rows of them, without those of `withheld`."""

    def __init__(
        self, candidate: Candidate, agreement: Agreement, former: Former, scratch: Path, withheld: Collection[str] = ()
    ) -> None:
        self._views(candidate, former, scratch, withheld)
        self._cut_off_on = candidate.cut_off_on
        self._keys = {product.model: product.key for product in agreement.terms.products}
        self._schemas = {product.model: product.schema for product in candidate.products}
        self._scratch = scratch

    def __enter__(self) -> Self:
        import great_expectations  # takes seconds: only who judges pays for it (see `load_ahead`)

        self._gx: Any = great_expectations
        extend()
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
        buffer_results(self._engine)
        self._assets: dict[str, Any] = {}
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()
        self._source.get_engine().dispose()

    def run(self, model: str, expectations: Iterable[Expectation]) -> dict[str, Found]:
        """What each expectation (by id) finds in the product."""
        return self._validate(model, {e.id: self._configured(e, model, None) for e in expectations})

    def localise(
        self, model: str, expectations: Iterable[Expectation], municipalities: Iterable[str]
    ) -> dict[tuple[str, str], Found]:
        """What each expectation finds in each municipality's rows alone: (code, id) → found. One run for all of them:
        Great Expectations' own slices cost a tenth of a second each, for nothing but to find out what columns there are."""
        spots = [(code, expectation) for code in municipalities for expectation in expectations]
        wanted = {f"{code} {e.id}": self._configured(e, model, code) for code, e in spots}
        found = self._validate(model, wanted)
        return {(code, e.id): found[f"{code} {e.id}"] for code, e in spots}

    def _validate(self, model: str, configured: dict[str, dict[str, Any]]) -> dict[str, Found]:
        if model not in self._assets:
            self._assets[model] = self._source.add_table_asset(model, table_name=model)
        asset = self._assets[model]
        wanted = [{**expectation, "meta": {"id": name}} for name, expectation in configured.items()]
        result = asset.get_batch(asset.build_batch_request()).validate(
            self._gx.ExpectationSuite(name=model, expectations=wanted),
            result_format=COUNTS_ONLY,
            expectation_parameters={"cut_off_on": self._cut_off_on},
        )
        found = {one.expectation_config.meta["id"]: _found(one) for one in result.results}
        return {name: found.get(name, UNJUDGED) for name in configured}

    def _configured(self, expectation: Expectation, model: str, municipality: str | None) -> dict[str, Any]:
        """The expectation as Great Expectations takes it: of all rows, or of one municipality's."""
        kwargs = dict(expectation.kwargs)
        if expectation.type == QUERY:
            schema, key = self._schemas[model], self._keys[model]
            query = fill(kwargs["unexpected_rows_query"], model, key, self._cut_off_on, schema, municipality)
            return {"type": COUNTED, "kwargs": {"unexpected_rows_query": query}}
        if municipality is not None:
            from great_expectations.expectations.row_conditions import Column

            kwargs["row_condition"] = Column(MUNICIPALITY) == municipality
        return {"type": expectation.type, "kwargs": kwargs}

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
    if result.expectation_config.type == COUNTED:
        rows = counts.get("observed_value")
    return Found(bool(result.success), int(rows) if isinstance(rows, int | float) else None)


def _flat(exception_info: dict[str, Any]) -> list[dict[str, Any]]:
    """One record of an error, or one per metric: Great Expectations has both shapes."""
    return [exception_info] if "raised_exception" in exception_info else list(exception_info.values())
