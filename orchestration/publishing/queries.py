"""One query finds the rows that break one expectation. Before any data is there, it is tried on empty tables.

`MARKS` stand in a query for what only a run knows.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import duckdb

from orchestration.publishing import parquet
from orchestration.warehouse import connect

Tables = tuple[tuple[str, tuple[str, ...]], ...]
FORMER = "former__"
"""Before the name of a product: the view of its former rows."""
WORDS = re.compile("VARCHAR|JSON|BLOB|INT|DECIMAL")
DAY, MONTH = "(0[1-9]|[12][0-9]|3[01]|6[1-9]|[78][0-9]|9[01])", "(0[1-9]|1[0-2])"
CPR = f"(^|[^0-9A-Za-z]){DAY}{MONTH}[0-9]{{{{2}}}}[- ]?[0-9]{{{{4}}}}($|[^0-9A-Za-z])"
"""Ten digits, with or without a hyphen, that begin with a day (of a replacement number: + 60) and a month."""
NOT_THERE = re.compile(r'does not exist|not found in FROM clause|does not have a column named|"[^"]*" not found')
"""DuckDB on a name that is in none of the tables. The types of columns are not known yet, so no more is asked of it."""


def fill(
    query: str,
    model: str,
    key: Sequence[str],
    cut_off_on: date,
    schema: Mapping[str, str],
    municipality: str | None = None,
) -> str:
    """The query with its marks filled in, but for `{batch}`, which Great Expectations fills. With a municipality, both
    `{batch}` and `{former}` are its rows only."""
    columns = [f'"{column}"' for column in key]
    batch, former = "{batch}", f'"{FORMER}{model}"'
    if municipality is not None:
        only = f"where municipality_code = {parquet.quoted(municipality)}"
        batch, former = f"(select * from {{batch}} {only})", f"(select * from {former} {only})"
    marks = {
        "{cut_off_on}": f"date '{cut_off_on.isoformat()}'",
        "{key}": ", ".join(columns),
        "{key_missing}": f"({' or '.join(f'{column} is null' for column in columns)})",
        "{former}": former,
        "{looks_like_cpr}": _looks_like_cpr(schema),
        "{batch}": batch,
    }
    for mark, sql in marks.items():
        query = query.replace(mark, sql)
    return query


def _looks_like_cpr(schema: Mapping[str, str]) -> str:
    """The condition that text, or a whole number, anywhere in the row looks like a CPR (braces doubled, as in all queries).

    Not within a longer word or number, where hashes and uuids would have one by chance; and no fractions or times.
    """
    columns = [column for column, type_ in schema.items() if WORDS.search(type_)]
    return " or ".join(f"regexp_matches(\"{column}\"::varchar, '{CPR}')" for column in columns) or "false"


class Trial:
    """Empty tables with the columns of a recipient's products, to try queries on: each once in a process, since the same query
    of the same tables has the same fault."""

    _found: ClassVar[dict[tuple[Tables, str, str], str | None]] = {}

    def __init__(self, tables: Tables, open_tables: Callable[[], duckdb.DuckDBPyConnection]) -> None:
        self._tables, self._open_tables = tables, open_tables

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        return self._open_tables()

    def faults(self, queries: Mapping[str, str], model: str, key: Sequence[str]) -> dict[str, str]:
        """What is wrong with each query of the product `model`, of those with a fault."""
        filled = {name: fill(query, model, key, date(2026, 1, 1), {}) for name, query in queries.items()}
        tried = {name: self._tried(query.replace(FORMER, ""), model) for name, query in filled.items()}
        return {name: fault for name, fault in tried.items() if fault}

    def _tried(self, query: str, model: str) -> str | None:
        asked = (self._tables, query, model)
        if asked not in self._found:
            self._found[asked] = self._fault(self._connection, query, model)
        return self._found[asked]

    @staticmethod
    def _fault(connection: duckdb.DuckDBPyConnection, query: str, model: str) -> str | None:
        try:
            connection.execute(f"explain select count(*) from ({query.format(batch=model)}\n)")
        except (KeyError, IndexError, ValueError):
            return "a brace in the query is no mark: double it where it is meant (`{{4}}`)"
        except duckdb.ParserException as error:
            return f"the query is not SQL ({_first_line(error)})"
        except (duckdb.BinderException, duckdb.CatalogException) as error:
            return f"the query can't be read ({_first_line(error)})" if NOT_THERE.search(str(error)) else None
        return None


def _first_line(error: Exception) -> str:
    """DuckDB's own words: of the query, there are no data yet."""
    return str(error).splitlines()[0]


@contextmanager
def trial(tables: Mapping[str, Sequence[str]]) -> Iterator[Trial]:
    """A trial of these products (model → columns), for the length of a `with` block."""
    told = tuple((table, tuple(columns)) for table, columns in tables.items())
    with ExitStack() as stack:
        yield Trial(told, lambda: stack.enter_context(_empty(told)))


@contextmanager
def _empty(tables: Tables) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(Path(":memory:")) as connection:
        for table, columns in tables:
            nulls = ", ".join(f'null as "{column}"' for column in columns)
            connection.execute(f'create view "{table}" as select {nulls} where false')
        yield connection
