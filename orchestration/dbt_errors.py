"""One error is what DuckDB says went wrong in dbt's SQL, with the values that it quotes left out.

A plugin of dbt-duckdb, named in `dbt_project/profiles.yml`, so that it is there however dbt is started. dbt writes an error into
its log, its run results and the console, and from there it goes on; here is the one place that all of them come from.
"""

import re
from collections.abc import Callable
from typing import Any

import duckdb
from dbt.adapters.duckdb.environments import local
from dbt.adapters.duckdb.plugins import BasePlugin

NAME = re.compile(r"[A-Za-z_][A-Za-z_]*(?:\d{1,3}[A-Za-z_]*)*(?:\.[A-Za-z_]+)*")
"""What may stand between quotes: the name of a column, a table, a type or a function."""
LONG_NUMBER = re.compile(r"\d{6}-\d{4}|\d{5,}")
STATEMENT = re.compile(r"^LINE \d+: ", re.MULTILINE)


def without_values(text: str) -> str:
    """The first lines of an error, up to the statement, with `…` for what is quoted and is no name, and for long numbers."""
    told = STATEMENT.split(text)[0].rstrip()
    for quote in "'\"":
        told = _without_quoted(told, quote)
    return LONG_NUMBER.sub("…", told)


def _without_quoted(text: str, quote: str) -> str:
    """Names stay; where anything else is quoted, all from the first quotation mark to the last goes: a value may hold some."""
    parts = text.split(quote)
    if len(parts) < 3 or (len(parts) % 2 and all(NAME.fullmatch(part) for part in parts[1::2])):
        return text
    return f"{parts[0]}{quote}…{quote}{parts[-1]}"


class QuietCursor(local.DuckDBCursorWrapper):
    """dbt's cursor, whose errors quote no value."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._cursor, name)
        return _quiet(found) if name.startswith("fetch") else found

    def execute(self, sql: str, bindings: Any = None) -> Any:
        """Run a statement as dbt's own cursor does."""
        return _quiet(super().execute)(sql, bindings)


def _quiet(call: Callable[..., Any]) -> Callable[..., Any]:
    def told(*args: Any, **kwargs: Any) -> Any:
        try:
            return call(*args, **kwargs)
        except (duckdb.Error, RuntimeError) as error:
            fault: Exception = type(error)(without_values(str(error)))
        raise fault  # outside, so that the first error is not its context

    return told


class Plugin(BasePlugin):
    """Puts the quiet cursor in the place of dbt-duckdb's."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """dbt-duckdb calls it before it opens the file."""
        setattr(local, "DuckDBCursorWrapper", QuietCursor)  # noqa: B010  # a class of theirs
