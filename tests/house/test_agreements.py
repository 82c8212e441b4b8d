"""One test is one promise between the agreements, the dbt project and the asset graph: the same names everywhere."""

import json
from functools import cache
from typing import Any

import pytest

from orchestration.assets.dbt import Translator
from orchestration.dbt_manifest import current_manifest
from orchestration.definitions import defs
from orchestration.publishing.agreement import Agreement, load_agreements
from orchestration.settings import settings

AGREEMENTS = load_agreements(settings().expectations_dir)


@cache
def models() -> dict[str, dict[str, Any]]:
    nodes = json.loads(current_manifest().read_text())["nodes"].values()
    return {node["name"]: node for node in nodes if node["resource_type"] in ("model", "seed")}


def test_every_agreement_can_be_read() -> None:
    assert AGREEMENTS.errors == {}
    assert {"flis", "sds_health"} <= set(AGREEMENTS.by_recipient)


@pytest.mark.parametrize("agreement", AGREEMENTS.by_recipient.values(), ids=lambda a: a.recipient)
def test_every_column_stands_in_the_dbt_manifest(agreement: Agreement) -> None:
    for product in agreement.terms.products:
        node = models()[product.model]
        assert node["schema"] == "marts", f"{product.model} is no mart"
        assert set(product.columns) - {"cpr"} <= set(node["columns"])
        assert agreement.terms.identity == "cpr" or "cpr" not in product.columns


def test_sds_health_lists_no_severity_and_nothing_but_nursing() -> None:
    for product in AGREEMENTS.by_recipient["sds_health"].terms.products:
        assert not [c for c in product.columns if "severity" in c]
        if product.kind == "municipal":
            assert product.row_filter and "nursing" in product.row_filter


def test_cpr_leaves_raw_in_one_restricted_place_only() -> None:
    holders = {name: node for name, node in models().items() if "cpr" in node["columns"]}
    assert list(holders) == ["int_citizen__identity"]
    assert "restricted" in holders["int_citizen__identity"]["tags"]
    readers = {name for name, node in models().items() if ["raw", "citizen"] in node.get("sources", [])}
    assert readers == {"stg_citizen", "int_citizen__identity"}


def test_every_model_is_an_asset_of_its_name_with_a_description_an_owner_and_a_group() -> None:
    graph = defs().get_repository_def().asset_graph
    keys = {key.to_user_string() for key in graph.get_all_asset_keys()}
    assert set(models()) <= keys
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description and node.owners and node.group_name and node.kinds, key.to_user_string()


def test_whoever_opens_the_warehouse_runs_in_the_pool_of_one() -> None:
    graph = defs().get_repository_def().asset_graph
    for key in graph.get_all_asset_keys():
        if graph.get(key).group_name in {"raw", "reference", "staging", "intermediate", "marts", "candidate"}:
            assert graph.get(key).pools == {"duckdb"}, key.to_user_string()


def test_groups_are_the_stages_of_the_house() -> None:
    stages = {
        "intake",
        "raw",
        "receipts",
        "reference",
        "staging",
        "intermediate",
        "marts",
        "quality",
        "candidate",
        "release",
    }
    graph = defs().get_repository_def().asset_graph
    assert {graph.get(key).group_name for key in graph.get_all_asset_keys()} == stages
    source = {"resource_type": "source", "source_name": "raw", "name": "condition"}
    assert Translator().get_asset_key(source).to_user_string() == "raw/condition"
