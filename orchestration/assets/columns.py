"""What Dagster is told of the columns of each model that a run built: type, meaning, and which columns each is made from.

Own code, because dagster-dbt's `fetch_column_metadata` cost 27 s a run and kept the DuckDB file open: `dictionary/lineage.py`.
The origin stands twice: as `dagster/column_lineage`, which the API and Dagster+ read, and as a tag at each column (under
`constraints`, the one part of a column that the UI takes from a run), because the open-source UI draws no graph of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

from orchestration.dictionary.lineage import Made, column_lineage

NAMED = 3
"""Origins named at a column; of more, their tables are named."""


def with_columns(events: Iterable[Any], manifest: Mapping[str, Any], translator: DagsterDbtTranslator) -> Iterator[Any]:
    """The events of dbt, each model's with its columns; `manifest` is the one of the run, with the SQL that it compiled."""
    lineage = column_lineage(manifest)
    nodes = {node["name"]: node for node in (*manifest["sources"].values(), *manifest["nodes"].values())}
    for event in events:
        told = event.metadata if isinstance(event, dg.Output) else {}
        node = manifest["nodes"].get(told["unique_id"].value) if "unique_id" in told else None
        if node is None or node["name"] not in lineage:
            yield event
            continue
        made = lineage[node["name"]]
        deps = {
            column: [dg.TableColumnDep(translator.get_asset_key(nodes[table]), name) for table, name in origin.of]
            for column, origin in made.items()
        }
        columns = [
            dg.TableColumn(name, column["data_type"], column["description"], _note(made.get(name)))
            for name, column in node["columns"].items()
        ]
        yield event.with_metadata(
            {
                **told,
                "dagster/column_schema": dg.TableSchema(columns),
                "dagster/column_lineage": dg.TableColumnLineage(deps),
            }
        )


def _note(made: Made | None) -> dg.TableColumnConstraints | None:
    """What a column is made from, a tag each; the column's name first, because the UI cuts a long tag at its end."""
    if not made or not made.of:
        return None
    if len(made.of) > NAMED:
        tables = ", ".join(sorted({table for table, _ in made.of}))
        return dg.TableColumnConstraints(other=[f"← {len(made.of)} columns of {tables}"])
    return dg.TableColumnConstraints(other=[f"← {column} of {table}" for table, column in made.of])
