"""The day's consistency reports: one asset, one folder per municipality."""

from collections import Counter
from datetime import date

import dagster as dg

from orchestration.assets.errors import without_cpr
from orchestration.assets.shared import OWNERS, RECEIVED_DAY, WRITER, bar, markdown_table
from orchestration.consistency.findings import untold
from orchestration.consistency.writing import write_reports
from orchestration.settings import settings
from orchestration.warehouse import connect


@dg.asset(
    deps=["dq_consistency_finding", "dim_municipality"],
    group_name="quality",
    owners=OWNERS,
    kinds={"html", "parquet"},
    partitions_def=RECEIVED_DAY,
    pool=WRITER,
    description="What does not hang together over time, told to each municipality: a page in Danish and English, and Parquet.",
)
@without_cpr
def consistency_reports(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
    """Write the reports of the day, from the findings as they are known."""
    where, day = settings(), date.fromisoformat(context.partition_key)
    with connect(where.warehouse_path) as connection:
        made = write_reports(connection, day, where.consistency_dir)
        nobodys = untold(connection, day)
    counts: Counter[str] = Counter()
    for report in made:
        for group in (*report.new, *report.open):
            counts[group.rule.id] += len(group.findings)
    most = max((report.count for report in made), default=0) or 1
    rows = [(r.municipality_code, r.municipality_name, r.count, bar(r.count / most)) for r in made]
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": sum(report.count for report in made),
            "told_to_no_municipality": nobodys,
            "per_rule": markdown_table(("rule", "findings"), counts.most_common()),
            "per_municipality": markdown_table(("code", "municipality", "findings", ""), rows),
            "folder": dg.MetadataValue.path(str(where.consistency_dir)),
        }
    )
