"""One addition is one thing that Great Expectations lacks on DuckDB, put in by its own means. Importing it takes seconds."""

from functools import cache
from typing import Any

COUNTED = "counted_rows_expectation"
ROW_COUNT = "unexpected_rows_query.row_count"


@cache
def extend() -> None:
    """Register, once per process, the expectation `COUNTED` and a quicker way to learn a table's columns."""
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine
    from great_expectations.expectations.core import UnexpectedRowsExpectation
    from great_expectations.expectations.metrics.metric_provider import metric_value
    from great_expectations.expectations.metrics.table_metrics.table_column_types import ColumnTypes
    from sqlalchemy import text

    class CountedRowsExpectation(UnexpectedRowsExpectation):  # type: ignore[misc]
        """A query's rows are counted. Great Expectations' own also fetches them: twice the time, and memory for rows that
        nobody may look at."""

        metric_dependencies = (ROW_COUNT,)

        def _validate(self, metrics: dict[str, Any], *_: Any, **__: Any) -> dict[str, Any]:
            return {"success": metrics[ROW_COUNT] == 0, "result": {"observed_value": metrics[ROW_COUNT]}}

    class DescribedColumnTypes(ColumnTypes):  # type: ignore[misc]
        """The columns of a view, asked for once. Great Expectations reflects anew for each `row_condition`, by way of
        PostgreSQL's catalogue: 40 ms each, and there is a condition per municipality."""

        @metric_value(engine=SqlAlchemyExecutionEngine)  # type: ignore[untyped-decorator]
        def _sqlalchemy(cls, execution_engine: Any, metric_domain_kwargs: Any, **_: Any) -> list[dict[str, str]]:
            known = execution_engine.__dict__.setdefault("_described", {})
            batch = execution_engine.batch_manager.batch_data_cache[metric_domain_kwargs["batch_id"]]
            name = str(batch.source_table_name)
            if name not in known:
                rows = execution_engine.execute_query(text(f'describe "{name}"')).fetchall()
                known[name] = [{"name": row[0], "type": row[1]} for row in rows]
            return [*known[name]]


def buffer_results(engine: Any) -> None:
    """Fetch each result at once: on DuckDB an open one vanishes with the rollback that SQLAlchemy ends a query with."""
    from sqlalchemy import event
    from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

    @event.listens_for(engine, "after_cursor_execute")
    def buffer(_connection: Any, cursor: Any, _statement: Any, _parameters: Any, context: Any, _many: Any) -> None:
        if context is not None and cursor.description:
            rows = cursor.fetchall()
            context.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(cursor, initial_buffer=rows)
