"""One kind is one type of expectation that is known to work on DuckDB, with the `kwargs` that it takes.

A test judges a row of each, once as it should be and once not. Great Expectations has more; some of them fail on DuckDB
(regular expressions, types), and the query does for all.
"""

from typing import Any

QUERY = "unexpected_rows_expectation"
ROWS: dict[str, type] = {"column": str, "mostly": float}
RANGE: dict[str, type] = {"min_value": object, "max_value": object}
KINDS: dict[str, dict[str, type]] = {
    QUERY: {"unexpected_rows_query": str},
    "expect_table_row_count_to_be_between": RANGE,
    "expect_table_row_count_to_equal": {"value": int},
    "expect_column_values_to_not_be_null": ROWS,
    "expect_column_values_to_be_null": ROWS,
    "expect_column_values_to_be_unique": ROWS,
    "expect_column_values_to_be_in_set": {**ROWS, "value_set": list},
    "expect_column_values_to_not_be_in_set": {**ROWS, "value_set": list},
    "expect_column_values_to_be_between": {**ROWS, **RANGE},
    "expect_compound_columns_to_be_unique": {"column_list": list},
}
NEEDED = ("unexpected_rows_query", "value", "column", "value_set", "column_list")
"""Those that can't be left out where a kind takes them; of min_value and max_value one."""


def fault(kind: str, kwargs: dict[str, Any]) -> tuple[str, str] | None:
    """What is wrong with an expectation of this kind, and the remedy."""
    if kind not in KINDS:
        what = f"`{kind}` is not among the types that are known to work on DuckDB"
        return (
            what,
            f"use `{QUERY}` with a query that finds the faulty rows (regexp_full_match), or one of {_listed(KINDS)}",
        )
    takes = KINDS[kind]
    stray = sorted(set(kwargs) - set(takes))
    if stray:
        return f"`{kind}` takes no `{stray[0]}`", f"it takes {_listed(takes)}"
    missing = [name for name in NEEDED if name in takes and name not in kwargs]
    if RANGE.keys() <= takes.keys() and not RANGE.keys() & kwargs.keys():
        missing.append("min_value")
    if missing:
        return f"`{kind}` needs `{missing[0]}`", f"add `{missing[0]}`; it takes {_listed(takes)}"
    for name, value in kwargs.items():
        if isinstance(value, bool) or not isinstance(
            value, (takes[name], int) if takes[name] is float else takes[name]
        ):
            return f"`{name}` is not what is expected there", f"write a {takes[name].__name__}"
    return None


def _listed(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names)
