"""The code location: the only place that assembles assets, checks, jobs, sensors, schedules and resources."""

import dagster as dg

from orchestration import jobs
from orchestration.assets import consistency, dbt, intake, publishing


@dg.definitions
def defs() -> dg.Definitions:
    """Everything that Dagster loads."""
    releases = publishing.build_releases()
    return dg.Definitions(
        assets=[
            intake.arrivals_asset,
            intake.raw_tables,
            intake.receipts,
            dbt.build_dbt_assets(),
            consistency.consistency_reports,
            *releases.assets,
        ],
        asset_checks=releases.checks,
        jobs=[jobs.gateway, jobs.intake],
        sensors=[jobs.drop_sensor],
        schedules=[jobs.daily_release],
        resources={"dbt": dbt.dbt_resource()},
    )
