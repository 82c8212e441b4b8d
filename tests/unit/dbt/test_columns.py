"""One test looks at what Dagster is told of the columns of a model that a run built."""

import json
from pathlib import Path

import dagster as dg

from orchestration.assets.columns import with_columns
from orchestration.assets.dbt import Translator


def test_each_column_says_what_it_is_made_from(warehouse: Path) -> None:
    manifest = json.loads((warehouse.parent / "target" / "manifest.json").read_text())
    events = [
        dg.Output(None, metadata={"unique_id": f"model.klgateway.{name}", "status": "success"})
        for name in ("fct_condition", "stg_condition")
    ]
    fact, staged = (event.metadata for event in with_columns(events, manifest, Translator()))
    assert fact["status"].value == "success"
    deps = fact["dagster/column_lineage"].value.deps_by_column
    assert list(deps["severity_level"]) == [dg.TableColumnDep(dg.AssetKey("dim_fsiii_code"), "severity_level")]
    assert list(staged["dagster/column_lineage"].value.deps_by_column["recorded_on"]) == [
        dg.TableColumnDep(dg.AssetKey(["raw", "condition"]), "recorded_on")
    ]
    columns = {column.name: column for column in fact["dagster/column_schema"].value.columns}
    assert columns["severity_level"].constraints.other == ["← severity_level of dim_fsiii_code"]
    assert columns["is_active"].constraints.other == ["← 5 columns of dim_citizen, int_condition__versions"]
    assert "tilstandsoprettelsestid" in columns["recorded_on"].description


def test_a_seed_and_a_run_that_compiled_nothing_are_told_as_they_were(warehouse: Path) -> None:
    manifest = json.loads((warehouse.parent / "target" / "manifest.json").read_text())
    seed = dg.Output(None, metadata={"unique_id": "seed.klgateway.municipality"})
    check = dg.AssetCheckResult(passed=True, check_name="unique")
    assert list(with_columns([seed, check], manifest, Translator())) == [seed, check]
    assert list(with_columns([seed], {"nodes": {}, "sources": {}}, Translator())) == [seed]
