"""What became of each submission, left for the HTTP door: one asset, one file a received day."""

from datetime import UTC, date, datetime

import dagster as dg

from orchestration.assets.errors import without_cpr
from orchestration.assets.shared import OWNERS, RECEIVED_DAY, WRITER
from orchestration.intake.outcomes import write_outcomes
from orchestration.settings import settings
from orchestration.warehouse import connect

DEPENDS_ON = ["fct_condition", "fct_encounter", "fct_goal", "fct_planned_intervention", "dq_consistency_finding"]


@dg.asset(
    deps=DEPENDS_ON,
    group_name="quality",
    owners=OWNERS,
    kinds={"sqlite"},
    partitions_def=RECEIVED_DAY,
    pool=WRITER,
    description="What became of each submission, for `$status` at the HTTP door: verdict, facts touched, findings since.",
)
@without_cpr
def submission_status(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
    """Write the day's file, and the findings of all days."""
    where = settings()
    with connect(where.warehouse_path) as connection:
        day = date.fromisoformat(context.partition_key)
        left = write_outcomes(connection, day, where.status_dir, datetime.now(UTC))
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": left.submissions,
            "facts": left.facts,
            "findings": left.findings,
            "folder": dg.MetadataValue.path(str(where.status_dir)),
        }
    )
