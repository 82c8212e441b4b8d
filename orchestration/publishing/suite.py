"""One suite is what must hold of one product before it is published: expectations as data, with reason and date."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from orchestration.publishing.records import RecordError, Text, read_record

Name = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]*$")]
CUT_OFF = "{cut_off_on}"
"""In an SQL query: the last day that the release tells of, as a SQL date."""
NOT_ON_DUCKDB = ("regex", "like_pattern", "of_type", "in_type_list")
MENTIONS = ("column", "column_A", "column_B")


class Expectation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that must hold. `critical` withholds or blocks; `warning` is published with a note."""

    id: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]*(\\.[a-z0-9_]+)+$")]
    type: Annotated[str, msgspec.Meta(pattern="^(expect_[a-z_]+|unexpected_rows_expectation)$")]
    kwargs: dict[str, Any]
    severity: Literal["critical", "warning"]
    reason: Text
    reviewed_on: date

    def columns(self) -> set[str]:
        """The columns that its kwargs name (those within a SQL query are found only when it runs)."""
        named = {self.kwargs[key] for key in MENTIONS if key in self.kwargs}
        return named | set(self.kwargs.get("column_list", ())) | set(self.kwargs.get("column_set", ()))


class Suite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The expectations of one product, in the order in which people should read them."""

    suite: Name
    expectations: Annotated[tuple[Expectation, ...], msgspec.Meta(min_length=1)]


FIELDS = (*Suite.__struct_fields__, *Expectation.__struct_fields__, *Text.__struct_fields__)


def load_suite(folder: Path, name: str, columns: frozenset[str]) -> tuple[Suite, str]:
    """The suite `<folder>/<name>.yml` of a product with these columns, and the SHA-256 of its file.

    Raises RecordError.
    """
    path = folder / f"{name}.yml"
    shown = f"expectations/{folder.name}/{name}.yml"
    suite = read_record(path, Suite, shown, FIELDS)
    if suite.suite != name:
        raise RecordError(
            shown, f"the suite calls itself `{suite.suite}`", f"write `suite: {name}`, as the file is called"
        )
    seen: set[str] = set()
    for expectation in suite.expectations:
        where = f"{shown} ({expectation.id})"
        if expectation.id in seen:
            raise RecordError(where, "two expectations have this id", "give each its own: it names an asset check")
        seen.add(expectation.id)
        _check(expectation, where, columns)
    return suite, hashlib.sha256(path.read_bytes()).hexdigest()


def _check(expectation: Expectation, where: str, columns: frozenset[str]) -> None:
    stray = expectation.columns() - columns
    if stray:
        what = f"column `{min(stray)}` is not in the product"
        raise RecordError(where, what, "name a column that the agreement lists for this product")
    if any(part in expectation.type for part in NOT_ON_DUCKDB):
        remedy = "use `unexpected_rows_expectation` with a query that finds the faulty rows (regexp_full_match)"
        raise RecordError(where, f"`{expectation.type}` doesn't work on DuckDB", remedy)
    query = expectation.kwargs.get("unexpected_rows_query")
    if expectation.type == "unexpected_rows_expectation" and (not isinstance(query, str) or "{batch}" not in query):
        remedy = "write a query of the faulty rows with `from {batch}`"
        raise RecordError(where, "`unexpected_rows_query` doesn't read from `{batch}`", remedy)
    if len(expectation.reason.da) < 15 or len(expectation.reason.en) < 15:
        raise RecordError(where, "the reason says too little", "say in Danish and English why this must hold")
