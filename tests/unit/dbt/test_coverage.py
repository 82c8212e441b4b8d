"""Each test holds every model to what a reader must be told of it, or plants what is missing and sees the check find it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from orchestration.dbt_manifest import DBT_EXECUTABLE, current_manifest
from orchestration.dictionary.coverage import Gap, gaps, reported_terms, unnamed_terms
from orchestration.dictionary.lineage import carried, column_lineage
from orchestration.dictionary.reading import fki_terms, read
from orchestration.dictionary.writing import read_dictionary
from tests.unit.dbt.warehouse import PROJECT

PLANTED_SQL = """
select 'a' as bare_code, 1 as bare_level, 'b' as untold, count(*) as fine_count from {{ ref('dim_municipality') }}
"""
PLANTED = """
models:
  - name: fct_planted
    description: "Planted: says no grain."
    config: {access: protected, contract: {enforced: false}, meta: {owner: "", freshness: ""}}
    columns:
      - {name: bare_code, data_type: varchar, description: "A code without a list.", data_tests: [not_null]}
      - {name: bare_level, data_type: integer, description: "A level without a unit.", data_tests: [not_null]}
      - {name: untold}
      - name: fine_count
        data_type: bigint
        description: "All said."
        config: {meta: {unit: {da: ting, en: things}}}
        data_tests: [not_null]
"""


def test_nothing_is_left_undescribed_or_untested() -> None:
    assert gaps(read_dictionary(current_manifest())) == []


def test_a_reported_element_is_named_by_its_danish_term(warehouse: Path) -> None:
    """The compiled SQL says which raw column a mart's column is; the profile of the report says what that is in Danish."""
    manifest = json.loads((warehouse.parent / "target" / "manifest.json").read_text())
    lineage, dictionary, terms = column_lineage(manifest), read(manifest, PROJECT), reported_terms()
    assert unnamed_terms(dictionary, lineage) == []
    models = [model for model in manifest["nodes"].values() if model["resource_type"] == "model"]
    assert {model["name"] for model in models if model["language"] == "sql"} == set(lineage)
    assert "tilstandsoprettelsestid" in {terms.get(n) for n in carried(lineage, ("fct_condition", "recorded_on"))}
    # Seen to find one: the same description without its term.
    for column in manifest["nodes"]["model.klgateway.fct_condition"]["columns"].values():
        column["description"] = column["description"].partition("FKI")[0]
    bare = unnamed_terms(read(manifest, PROJECT), lineage)
    assert (
        "fct_condition",
        "recorded_on",
        "its Danish term in the description: FKI: *tilstandsoprettelsestid*",
    ) in bare


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The manifest of a copy of the project in which one model is as it should not be, parsed by dbt itself."""
    project = tmp_path_factory.mktemp("planted") / "dbt_project"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    (project / "models" / "marts" / "fct_planted.sql").write_text(PLANTED_SQL)
    (project / "models" / "marts" / "fct_planted.yml").write_text(PLANTED)
    env = os.environ | {"KLGATEWAY_WAREHOUSE": ":memory:", "DBT_LOG_PATH": str(project / "logs")}
    command = [DBT_EXECUTABLE, "--quiet", "parse", "--project-dir", str(project), "--profiles-dir", str(project)]
    done = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    manifest: dict[str, Any] = json.loads((project / "target" / "manifest.json").read_text())
    return manifest


def test_a_planted_model_is_found_wanting(planted: dict[str, Any]) -> None:
    found = [gap for gap in gaps(read(planted, PROJECT)) if gap.table == "fct_planted"]
    lacks = {(gap.column, gap.lacks.split(":")[0]) for gap in found}
    assert lacks == {
        ("", "its grain"),
        ("", "an owner"),
        ("", "its freshness"),
        ("", "an enforced contract"),
        ("", "access public"),
        ("bare_code", "a code list"),
        ("bare_level", "a unit"),
        ("untold", "a description"),
        ("untold", "a type"),
        ("untold", "a test"),
    }


def test_a_column_whose_last_test_goes_is_found() -> None:
    manifest = json.loads(current_manifest().read_bytes())
    for unique_id in [
        u for u, n in manifest["nodes"].items() if n.get("attached_node") == "model.klgateway.dim_municipality"
    ]:
        del manifest["nodes"][unique_id]
    found = gaps(read(manifest, PROJECT))
    assert found and {gap.table for gap in found} == {"dim_municipality"}
    assert Gap("dim_municipality", "region_name", found[0].lacks) in found
    assert found[0].lacks.startswith("a test")


def test_a_value_in_quotes_is_no_column() -> None:
    """`condition_state_code in ('inactive', ...)` tests that column, and no column `inactive`."""
    manifest = json.loads(current_manifest().read_bytes())
    columns = manifest["nodes"]["model.klgateway.fct_condition"]["columns"]
    columns["inactive"] = {**columns["condition_id"], "name": "inactive"}
    assert [gap.column for gap in gaps(read(manifest, PROJECT))] == ["inactive"]


def test_a_code_list_that_no_seed_holds_is_refused() -> None:
    manifest = json.loads(current_manifest().read_bytes())
    column = manifest["nodes"]["model.klgateway.fct_condition"]["columns"]["condition_code"]
    column["config"]["meta"] = {"code_list": "NoSuchList"}
    with pytest.raises(KeyError, match="condition_code names the code list NoSuchList"):
        read(manifest, PROJECT)


def test_a_private_model_is_read_by_its_group_only(tmp_path: Path) -> None:
    """CPR leaves by the publisher alone: dbt itself refuses a ref to `int_citizen__identity` from outside its group."""
    project = tmp_path / "dbt_project"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    (project / "models" / "marts" / "fct_leak.sql").write_text("select * from {{ ref('int_citizen__identity') }}\n")
    command = [
        sys.executable,
        "-m",
        "dbt.cli.main",
        "parse",
        "--project-dir",
        str(project),
        "--profiles-dir",
        str(project),
    ]
    env = os.environ | {"KLGATEWAY_WAREHOUSE": ":memory:", "DBT_LOG_PATH": str(project / "logs")}
    done = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "private to the 'identity' group" in done.stdout


@pytest.mark.parametrize(
    ("description", "terms"),
    [
        ("Status (*x*). FKI: *tilstandsstatus* (fejlregistreret).", ("tilstandsstatus",)),
        ("Both. FKI: *kontaktstart*, *kontaktslut*. More *words*.", ("kontaktstart", "kontaktslut")),
        ("A *word*, and no term.", ()),
    ],
)
def test_fki_terms_are_what_stands_in_italics_after_the_mark(description: str, terms: tuple[str, ...]) -> None:
    assert fki_terms(description) == terms
