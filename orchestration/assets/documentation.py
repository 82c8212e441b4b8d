"""What is said of the data, as pages: the data dictionary and dbt's own documentation.

They change with the code and not with the day, so they have a job of their own (`documentation`, each night before the
release): no day's run waits for them, and a change of the project is on the pages the next morning, or at once by hand.
"""

from pathlib import Path

import dagster as dg

from orchestration.assets.shared import OWNERS, WRITER, markdown_table
from orchestration.dbt_manifest import current_manifest, write_docs
from orchestration.dictionary.coverage import gaps
from orchestration.dictionary.writing import read_dictionary, write_dictionary
from orchestration.indicators.page import write_page
from orchestration.indicators.records import load_indicators
from orchestration.settings import settings

CHECK = "nothing_left_undescribed"


@dg.asset(
    group_name="documentation",
    owners=OWNERS,
    kinds={"html", "csv"},
    check_specs=[
        dg.AssetCheckSpec(
            CHECK,
            asset="data_dictionary",
            description="Every mart column has a description, type, unit or code list where it needs one, and a test.",
        )
    ],
    description="Every table and column: grain, type, meaning, Danish term (FKI), unit, codes, tests; and the rules of history.",
)
def data_dictionary():  # type: ignore[no-untyped-def]  # Dagster takes the annotation for one output; the check is another
    """Write the dictionary from dbt's manifest; the warehouse is not opened."""
    dictionary = read_dictionary(current_manifest())
    written = write_dictionary(dictionary, settings().docs_dir)
    found = gaps(dictionary)
    stages = {table.stage: [t for t in dictionary.tables if t.stage == table.stage] for table in dictionary.tables}
    rows = [(stage, len(tables), sum(len(t.columns) for t in tables)) for stage, tables in stages.items()]
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": sum(columns for _, _, columns in rows),
            "stages": markdown_table(("stage", "tables", "columns"), rows),
            "rules_told_as_tests": len(dictionary.rules),
            **{path.name: dg.MetadataValue.path(str(path)) for path in written},
        },
        check_results=[
            dg.AssetCheckResult(
                check_name=CHECK,
                passed=not found,
                metadata={"gap_count": len(found), "gaps": markdown_table(("table", "column", "lacks"), found)},
            )
        ],
    )


@dg.asset(
    group_name="documentation",
    owners=OWNERS,
    kinds={"html"},
    description="What every indicator asks, counts and leaves out, when it is worth a look, and what it takes to publish it.",
)
def indicator_definitions() -> dg.MaterializeResult[None]:
    """Write the page from the records; the warehouse is not opened."""
    where = settings()
    records = load_indicators(where.dbt_project_dir / "indicators")
    path = write_page(records, where.docs_dir)
    rows = [(r.id, r.title.da, r.title.en, r.period, len(r.parts), r.checker or "nobody yet") for r in records]
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(records),
            "indicators": markdown_table(("id", "titel", "title", "period", "parts", "checked by"), rows),
            path.name: dg.MetadataValue.path(str(path)),
        }
    )


@dg.asset(
    group_name="documentation",
    owners=OWNERS,
    kinds={"html", "dbt"},
    pool=WRITER,  # dbt reads the warehouse's catalogue, and DuckDB has one process at a time
    description="dbt's documentation of the warehouse as one HTML file that opens from a disk: models, SQL, tests, lineage.",
)
def dbt_docs() -> dg.MaterializeResult[None]:
    """Write dbt's documentation."""
    path: Path = write_docs()
    return dg.MaterializeResult(metadata={"bytes": path.stat().st_size, path.name: dg.MetadataValue.path(str(path))})
