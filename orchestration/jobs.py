"""One run of `gateway` is one received day, all the way from the drop folder to the releases; `intake` ends with the receipts."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from orchestration.assets.municipal import municipalities
from orchestration.intake.drop import scan
from orchestration.intake.landing import COPENHAGEN
from orchestration.intake.ledger.ends import days_since, ledger_end
from orchestration.settings import settings

OWN_RELEASES = dg.AssetSelection.tag("scope", "own")
"""Partitioned by municipality, where all the rest is by day."""

gateway = dg.define_asset_job(
    "gateway",
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("documentation") - OWN_RELEASES,
    executor_def=dg.in_process_executor,
    description="From drop folder to release for one received day. Can be run again at any time with the same result.",
    tags={"dagster/max_runtime": 7200},
)

intake = dg.define_asset_job(
    "intake",
    selection=dg.AssetSelection.groups("intake", "raw", "receipts"),
    executor_def=dg.in_process_executor,
    description="The first part of `gateway`: take the day's files in, check them, answer the senders. No facts, no release.",
    tags={"dagster/max_runtime": 7200},
)

municipal_extracts = dg.define_asset_job(
    "municipal_extracts",
    selection=OWN_RELEASES,
    executor_def=dg.in_process_executor,
    description="Each municipality its own rows of what `gateway` made and judged: one of them, or all in one process.",
    tags={"dagster/max_runtime": 3600},
)


def all_municipalities() -> dict[str, str]:
    """The tags of a run for every municipality at once."""
    codes = municipalities()
    return {"dagster/asset_partition_range_start": codes[0], "dagster/asset_partition_range_end": codes[-1]}


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[gateway],
    request_job=municipal_extracts,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="After each run of `gateway`: every municipality's own extract.",
)
def extracts_after_the_day(context: dg.RunStatusSensorContext) -> dg.RunRequest:
    """One run for all of them, for each run of the day."""
    return dg.RunRequest(run_key=context.dagster_run.run_id, tags=all_municipalities())


documentation = dg.define_asset_job(
    "documentation",
    selection=dg.AssetSelection.groups("documentation"),
    executor_def=dg.in_process_executor,
    description="The data dictionary and dbt's documentation. Apart from `gateway`: they change with the code, not with the day.",
    tags={"dagster/max_runtime": 1800},
)

daily_documentation = dg.ScheduleDefinition(
    name="daily_documentation",
    job=documentation,
    cron_schedule="0 5 * * *",
    execution_timezone="Europe/Copenhagen",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="The pages at 05:00, before the release; run `documentation` by hand to see a change at once.",
)


@dg.sensor(
    job=gateway,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts `gateway` for today when finished files lie in a drop folder.",
)
def drop_sensor(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """One run for one set of waiting files in one hour: what a failed run left waiting is tried again in the next."""
    ready = scan(settings().drop_dir, settings().settle_seconds).ready
    if not ready:
        yield dg.SkipReason("No finished file in any drop folder.")
        return
    waiting = "\n".join(f"{f.folder}/{f.path.name}/{f.size}/{f.modified_ns}" for f in ready)
    now = datetime.now(UTC).astimezone(COPENHAGEN)
    key = hashlib.sha256(f"{now:%Y-%m-%dT%H}\n{waiting}".encode(errors="replace")).hexdigest()[:32]
    yield dg.RunRequest(run_key=key, partition_key=now.date().isoformat())


@dg.sensor(
    job=gateway,
    minimum_interval_seconds=900,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts `gateway` for each day of which the HTTP door has stored reports since it last looked.",
)
def door_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """One run for one day and one end of the ledger; the cursor is that end."""
    end = ledger_end(settings().landing_dir)
    if end is None or str(end) == context.cursor:
        return dg.SkipReason("Nothing new at the HTTP door.")
    days = days_since(settings().landing_dir, context.cursor)
    runs = [dg.RunRequest(run_key=f"{day}/{end}", partition_key=day) for day in days]
    return dg.SensorResult(run_requests=runs, cursor=str(end))


@dg.schedule(
    job=gateway,
    cron_schedule="0 6 * * *",
    execution_timezone="Europe/Copenhagen",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="The daily release at 06:00, also when nothing new has arrived.",
)
def daily_release(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Run `gateway` for the day of the tick."""
    at = context.scheduled_execution_time.astimezone(COPENHAGEN)
    return dg.RunRequest(run_key=at.date().isoformat(), partition_key=at.date().isoformat())
