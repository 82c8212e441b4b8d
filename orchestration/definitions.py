"""The code location: the only place that assembles assets, checks, jobs, sensors, schedules and resources."""

import dagster as dg

from orchestration import jobs, run_log
from orchestration.assets import cards, consistency, dbt, documentation, indicators, intake, portal, publishing, status


@dg.definitions
def defs() -> dg.Definitions:
    """Everything that Dagster loads."""
    run_log.keep_open()
    releases = publishing.build_releases()
    own = releases.has_own  # without a readable agreement with the municipalities, all others still go their way
    return dg.Definitions(
        assets=[
            intake.arrivals_asset,
            intake.raw_tables,
            intake.receipts,
            dbt.build_dbt_assets(),
            consistency.consistency_reports,
            cards.quality_cards,
            status.submission_status,
            *releases.assets,
            *([portal.portal] if "public_release" in releases.names else []),
            documentation.data_dictionary,
            documentation.indicator_definitions,
            documentation.dbt_docs,
        ],
        asset_checks=[indicators.indicator_checks(), *releases.checks],
        jobs=[jobs.gateway, jobs.intake, jobs.documentation, *([jobs.municipal_extracts] if own else [])],
        sensors=[jobs.drop_sensor, jobs.door_sensor, *([jobs.extracts_after_the_day] if own else [])],
        schedules=[jobs.daily_release, jobs.daily_documentation],
        resources={"dbt": dbt.dbt_resource()},
    )
