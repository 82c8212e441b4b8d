"""One asset is one dbt seed or model, under its own name; its dbt tests are its checks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliInvocation, DbtCliResource, DbtProject, dbt_assets
from dagster_dbt.errors import DagsterDbtError
from packaging.version import Version

from orchestration.assets.columns import with_columns
from orchestration.assets.errors import without_cpr
from orchestration.assets.shared import OWNERS, WRITER, markdown_table
from orchestration.dbt_manifest import DBT_EXECUTABLE, current_manifest
from orchestration.indicators.due import build_arguments, why_due
from orchestration.publishing.examiner import load_ahead
from orchestration.settings import settings
from orchestration.warehouse import connect

GROUPS = {"seed": "reference"}
NOT_DUE = "The day freezes no vintage: values, their tables and tests stay as they were; only the views that others read are made."


class Translator(DagsterDbtTranslator):
    """dbt's names as they are: a model is the asset of its name, a source the raw table's asset."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """`fct_condition`, or `raw/condition` for a source."""
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey([dbt_resource_props["source_name"], dbt_resource_props["name"]])
        return dg.AssetKey(dbt_resource_props["name"])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The stage: the folder below `models`, or `reference` for a seed."""
        return GROUPS.get(dbt_resource_props["resource_type"]) or str(dbt_resource_props["fqn"][1])

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Who `meta: owner` names; dbt_project.yml says it once for all."""
        owner = dbt_resource_props["config"].get("meta", {}).get("owner")
        return [owner] if owner else OWNERS


class OwnDbt(DbtCliResource):
    """The dbt of this environment, which Dagster then neither has to ask for its version nor to load itself: 5 s before each build."""

    @cached_property
    def _cli_version(self) -> Version:
        return Version(metadata.version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:
        """None: only `fetch_row_counts` and `fetch_column_metadata` read it, in the place of which we have our own."""


def dbt_resource() -> DbtCliResource:
    """The venv's own dbt, whatever is on the PATH. Its log holds what it tells; the SQL, which lies in its target folder, would
    make it ten times as long (15 MB a day) and each build some seconds longer."""
    return OwnDbt(
        project_dir=str(settings().dbt_project_dir),
        dbt_executable=DBT_EXECUTABLE,
        global_config_flags=["--log-level-file", "info"],
    )


def build_dbt_assets() -> dg.AssetsDefinition:
    """The whole dbt project as one step (one writer), a check per test."""
    project_dir: Path = settings().dbt_project_dir

    @dbt_assets(
        manifest=current_manifest(), project=DbtProject(project_dir), dagster_dbt_translator=Translator(), pool=WRITER
    )
    @without_cpr
    def dbt_models(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
        built: list[dg.Output[Any]] = []
        failure: dg.Failure | None = None
        with connect(settings().warehouse_path) as connection:
            due = why_due(connection, current_manifest(), datetime.now(UTC).date())
        if context.is_subset:
            due = "chosen by hand"
        context.log.info(f"indicators: {due or NOT_DUE}")
        invocation = dbt.cli(build_arguments(due), context=context, raise_on_error=False)
        load_ahead()  # dbt has the one core, the gates' library the other
        try:
            for event in invocation.stream():
                if isinstance(event, dg.Output):
                    built.append(event)  # told at the end: dbt has the file, and with it the rows and the SQL
                else:
                    yield event  # Dagster writes it down while dbt goes on
            if not invocation.is_successful():
                failure = _failure(invocation)
        except DagsterDbtError:
            failure = _failure(invocation)
        counted = _with_row_counts(built, {} if due else {"indicators": NOT_DUE})
        yield from with_columns(
            counted, _manifest(invocation), Translator()
        )  # what did succeed is told before the failure
        if failure:
            raise failure

    return dbt_models


def _failure(invocation: DbtCliInvocation) -> dg.Failure:
    """Names and states of what failed; dbt's own messages are in its log, and quote no value (orchestration/dbt_errors.py)."""
    try:
        results = invocation.get_artifact("run_results.json")["results"]
    except (OSError, KeyError, ValueError):
        results = []
    bad = [(r["unique_id"], r["status"], r["failures"]) for r in results if r["status"] in ("error", "fail")]
    return dg.Failure(
        f"dbt did not finish; its messages are in dbt_project/target/{invocation.target_path.name}/dbt.log.",
        metadata={"failed": markdown_table(("model or test", "status", "failing rows"), bad)},
    )


def _with_row_counts(events: Iterable[dg.Output[Any]], notes: Mapping[str, str]) -> Iterator[dg.Output[Any]]:
    """What dbt built, each table's and view's with its number of rows and the note of its schema.

    Own code, because dagster-dbt's `fetch_row_counts` keeps the DuckDB file open in this process, with settings of its own.
    """
    with connect(settings().warehouse_path) as connection:
        schemas = dict(connection.execute(RELATIONS).fetchall())
        for event in events:
            told = event.metadata
            name = str(told["unique_id"].value).rpartition(".")[2] if "unique_id" in told else None
            if name not in schemas:
                yield event
                continue
            count = connection.execute(f'select count(*) from {schemas[name]}."{name}"').fetchall()[0][0]
            note = {"note": notes[schemas[name]]} if schemas[name] in notes else {}
            yield event.with_metadata({**told, "dagster/row_count": count, **note})


def _manifest(invocation: DbtCliInvocation) -> dict[str, Any]:
    """The run's own manifest, with the SQL that it compiled; empty when dbt did not get so far."""
    try:
        return dict(invocation.get_artifact("manifest.json"))
    except (OSError, ValueError):
        return {"nodes": {}, "sources": {}}


RELATIONS = """
select table_name, table_schema from information_schema.tables
where table_schema in ('reference', 'staging', 'intermediate', 'marts', 'indicators', 'quality')
"""
