"""One call puts the changes of one release upon what a recipient holds, as a recipient does it."""

from pathlib import Path

import duckdb

from orchestration.publishing import parquet
from orchestration.publishing.changes import OPERATION
from orchestration.publishing.terms import Product


def apply_changes(connection: duckdb.DuckDBPyConnection, product: Product, held: str, changes: Path) -> None:
    """Put one release's changes upon the table `held`, as a recipient does it. Raises duckdb.Error."""
    read = f"read_parquet({parquet.quoted(str(changes))})"
    same = " and ".join(f'held."{column}" is not distinct from told."{column}"' for column in product.key)
    connection.execute(f"delete from {held} as held where exists (select 1 from {read} as told where {same})")
    connection.execute(
        f"insert into {held} select * exclude ({OPERATION}) from {read} where {OPERATION} != 'withdrawn'"
    )
