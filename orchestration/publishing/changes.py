"""One row of a changes table is what became of one row since the release before: new, changed, or withdrawn.

A recipient that puts each release's changes upon the last holds the snapshot: delete by key what is withdrawn, replace or add
the rest. The base is what the recipient holds, kept beside the candidates: one file per table, for the release it was after.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.publishing import parquet
from orchestration.publishing.terms import MUNICIPALITY, Product

OPERATION = "operation"
OPERATIONS = ("new", "changed", "withdrawn")


@dataclass(frozen=True)
class Changes:
    """What a changes table holds: rows per operation. Without a `since` it is all rows: begin anew with them."""

    since: str | None
    new: int
    changed: int
    withdrawn: int


def write_changes(
    connection: duckdb.DuckDBPyConnection,
    product: Product,
    candidate: Path,
    base: Path | None,
    withheld: Collection[str],
    path: Path,
    footer: dict[str, str],
) -> tuple[int, int, int]:
    """Write the changes from `base` to `candidate`, but none of the withheld municipalities: theirs stand as they are.

    Returns rows new, changed, withdrawn. Of a withdrawn row only its key and its municipality are told.
    """
    now = _rows(candidate, product, withheld)
    if base is None:
        query = f"select 'new' as {OPERATION}, * from ({now}) as now"
    else:
        query = _difference(product, now, _rows(base, product, withheld))
    order = ", ".join(f'"{column}"' for column in _order(product))
    parquet.write(connection, f"select * from ({query}) order by {order}", path, footer)
    counted = f"select {OPERATION}, count(*) from read_parquet({parquet.quoted(str(path))}) group by all"
    counts = dict(connection.execute(counted).fetchall())
    return counts.get("new", 0), counts.get("changed", 0), counts.get("withdrawn", 0)


def write_base(
    connection: duckdb.DuckDBPyConnection,
    product: Product,
    candidate: Path,
    former: Path | None,
    withheld: Collection[str],
    path: Path,
) -> None:
    """Write what the recipient holds after this release: the candidate's rows, and of the withheld those from before."""
    query = _rows(candidate, product, withheld)
    if former is not None and withheld:
        kept = f"select * from read_parquet({parquet.quoted(str(former))}) where not ({parquet.without(withheld)})"
        query = f"{query} union all {kept}"
    order = ", ".join(f'"{column}"' for column in _order(product))
    parquet.write(connection, f"select * from ({query}) order by {order}", path, {"klgateway_base": product.model})


def same_columns(connection: duckdb.DuckDBPyConnection, one: Path, other: Path) -> bool:
    """Whether two files have the same columns of the same types, so that a difference of them can be told."""
    return parquet.schema(connection, one) == parquet.schema(connection, other)


def _rows(path: Path, product: Product, withheld: Collection[str]) -> str:
    condition = parquet.without(withheld) if product.kind == "municipal" else "true"
    return f"select * from read_parquet({parquet.quoted(str(path))}) where {condition}"


def _difference(product: Product, now: str, before: str) -> str:
    same = " and ".join(f'now."{column}" is not distinct from before."{column}"' for column in product.key)
    others = [column for column in product.columns if column not in product.key]
    differs = " or ".join(f'now."{column}" is distinct from before."{column}"' for column in others) or "false"
    told = [*product.key, MUNICIPALITY] if product.kind == "municipal" else [*product.key]
    gone = ", ".join(f'before."{c}"' if c in told else f'null as "{c}"' for c in product.columns)
    return f"""
        with now as materialized ({now}), before as materialized ({before})
        select 'new' as {OPERATION}, now.* from now anti join before on {same}
        union all
        select 'changed', now.* from now join before on {same} where {differs}
        union all
        select 'withdrawn', {gone} from before anti join now on {same}
    """


def _order(product: Product) -> list[str]:
    first = [MUNICIPALITY] if product.kind == "municipal" else []
    return list(dict.fromkeys([*first, *product.key]))
