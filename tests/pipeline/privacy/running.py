"""One run plays the planted deliveries through the real job, breaks it in every way, and writes all that such a run writes.

    python -m tests.pipeline.privacy.running

in an environment that names data folder and Dagster home. Prints nothing of its own but the number of each step. The dbt project is
a copy (`KLGATEWAY_DATA`/project) with models that fail; everything else is the code that runs every day.
"""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import dagster as dg
import duckdb
from dbt.cli.main import dbtRunner

from orchestration import settings as house
from orchestration.assets import intake, publishing
from tests.pipeline.privacy.planting import CPR, plant, sabotage

NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
DAY = "2026-03-02"
CONFIG = {"ops": {"arrivals": {"config": {"received_at": NOW.isoformat()}}}}


@cache
def definitions() -> dg.Definitions:
    from orchestration.definitions import defs

    return defs()


def gateway() -> dg.JobDefinition:
    """The real job, in a form that `execute_job` can load: it then keeps what the steps print."""
    return definitions().resolve_job_def("gateway")


def run(instance: dg.DagsterInstance, **more: Any) -> dict[str, bool]:
    """Run the job, or the part of it that is selected; the steps that ran, and whether each went well."""
    done = dg.execute_job(
        dg.reconstructable(gateway), instance, tags={"dagster/partition": DAY}, raise_on_error=False, **more
    )
    with done:
        return {e.step_key: e.is_step_success for e in done.all_events if e.is_step_success or e.is_step_failure}


def crashes(instance: dg.DagsterInstance) -> list[bool]:
    """Let asset bodies fail with the CPR in their hands: in a local variable, in the error, in its cause, in a path."""

    def in_a_key(*_: Any) -> Iterator[Any]:
        citizen = {"cpr": CPR}
        yield from citizen[CPR]  # KeyError quotes it

    def in_a_cause(*_: Any) -> None:
        cpr = CPR
        try:
            int(f"x{cpr}")  # ValueError quotes it
        except ValueError as error:
            raise RuntimeError("the receipts could not be written") from error

    def in_a_path(*_: Any) -> None:
        Path(f"/nowhere/{CPR}.json").read_bytes()  # FileNotFoundError quotes it

    def in_sql(*_: Any, **__: Any) -> None:
        duckdb.sql(f"select cast('{CPR}x' as date)").fetchall()  # ConversionException quotes it

    def in_a_variable(*_: Any, **__: Any) -> None:
        citizen = {"cpr": CPR}
        raise RuntimeError(f"{len(citizen)} value too many")

    (candidate,) = (a for a in publishing.build_releases().assets if a.key == dg.AssetKey("flis_candidate"))
    told = []
    for module, name, fault, asset in (
        (intake, "prepared", in_a_key, intake.raw_tables),
        (intake, "write_receipts", in_a_cause, intake.receipts),
        (intake, "scan", in_a_path, intake.arrivals_asset),
        (publishing, "write_candidate", in_sql, candidate),
        (publishing, "write_candidate", in_a_variable, candidate),
    ):
        with patch.object(module, name, fault):
            partition = DAY if asset.partitions_def else None
            done = dg.materialize([asset], instance=instance, partition_key=partition, raise_on_error=False)
            told.append(done.success)
    return told


def main() -> None:
    where = house.settings()
    project = where.data_dir / "project"
    sabotage(project)
    planted = plant(where.drop_dir)
    told: dict[str, Any] = {"planted": planted}
    with (
        patch.object(house.Settings, "dbt_project_dir", property(lambda _: project)),
        dg.DagsterInstance.from_config(str(house.dagster_home())) as instance,
    ):
        told["gateway"] = run(instance, run_config=CONFIG)
        kinds = [f"{name}_{stage}" for name in ("flis", "sds_health") for stage in ("candidate", "release")]
        told["publishing"] = run(instance, asset_selection=[dg.AssetKey(kind) for kind in kinds])
        told["crashes"] = crashes(instance)
        paths = [f"--project-dir={project}", f"--profiles-dir={project}", f"--log-path={project / 'logs'}"]
        for command in (
            ["--debug", "build", "--select", "path:models/sabotage", "source:raw_again"],
            ["docs", "generate", "--static"],
        ):
            told[command[1]] = dbtRunner().invoke([*command, *paths]).success
    (where.data_dir / "told.json").write_text(json.dumps(told))


if __name__ == "__main__":
    sys.exit(main())
