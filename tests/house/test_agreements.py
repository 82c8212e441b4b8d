"""One test is one promise between the agreements, the dbt project and the asset graph: the same names everywhere."""

import json
from functools import cache
from typing import Any

import pytest
from dagster import AssetKey

from orchestration.assets.dbt import Translator
from orchestration.dbt_manifest import current_manifest
from orchestration.definitions import defs
from orchestration.publishing.agreement import Agreement, load_agreements
from orchestration.publishing.table_extract import SCHEMAS
from orchestration.publishing.terms import CPR, PSEUDONYM
from orchestration.settings import settings

AGREEMENTS = load_agreements(settings().expectations_dir)


@cache
def models() -> dict[str, dict[str, Any]]:
    nodes = json.loads(current_manifest().read_text())["nodes"].values()
    return {node["name"]: node for node in nodes if node["resource_type"] in ("model", "seed")}


def test_every_agreement_can_be_read() -> None:
    assert AGREEMENTS.errors == {}
    assert {"flis", "sds_health", "sds_care", "municipality", "dst", "rkkp"} <= set(AGREEMENTS.by_recipient)


@pytest.mark.parametrize("agreement", AGREEMENTS.by_recipient.values(), ids=lambda a: a.recipient)
def test_every_column_stands_in_the_dbt_manifest(agreement: Agreement) -> None:
    for product in agreement.terms.products:
        node = models()[product.model]
        assert node["schema"] in SCHEMAS, f"{product.model} is not for recipients"
        assert set(product.columns) - {CPR, PSEUDONYM} <= set(node["columns"])
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
        if graph.get(key).group_name in {
            "raw",
            "reference",
            "staging",
            "intermediate",
            "marts",
            "quality",
            "candidate",
        }:
            assert graph.get(key).pools == {"duckdb"}, key.to_user_string()
    assert graph.get(AssetKey("dbt_docs")).pools == {"duckdb"}
    assert graph.get(AssetKey("data_dictionary")).pools == set(), "it reads the manifest, and waits for nobody"


def test_a_day_does_not_wait_for_the_pages() -> None:
    """They change with the code: `gateway` makes all the rest, `documentation` makes them."""
    definitions = defs()
    keys = {
        name: definitions.resolve_job_def(name).asset_layer.selected_asset_keys
        for name in ("gateway", "documentation", "municipal_extracts")
    }
    assert {key.to_user_string() for key in keys["documentation"]} == {
        "data_dictionary",
        "dbt_docs",
        "indicator_definitions",
    }
    assert {key.to_user_string() for key in keys["municipal_extracts"]} == {"municipality_release"}
    assert not keys["gateway"] & (keys["documentation"] | keys["municipal_extracts"])
    graph = definitions.get_repository_def().asset_graph
    assert keys["gateway"] | keys["documentation"] | keys["municipal_extracts"] == set(graph.get_all_asset_keys())


def exposures() -> dict[str, dict[str, Any]]:
    return {e["name"]: e for e in json.loads(current_manifest().read_text())["exposures"].values()}


def test_an_exposure_says_what_the_agreement_on_file_says() -> None:
    """`on` with an agreement that is on, and for its models; a recipient without an agreement is `off`."""
    assert set(AGREEMENTS.by_recipient) <= set(exposures())
    for name, exposure in exposures().items():
        meta, agreement = exposure["config"]["meta"], AGREEMENTS.by_recipient.get(name)
        if agreement is None:
            assert meta["status"] == "off", f"{name} has no agreement on file"
            continue
        assert meta["status"] == ("on" if agreement.is_on else "off"), name
        assert meta["identity"] == agreement.terms.identity, name
        named = {unique_id.rpartition(".")[2] for unique_id in exposure["depends_on"]["nodes"]}
        assert named == {product.model for product in agreement.terms.products}, name


def test_every_recipient_of_the_gateway_is_an_exposure() -> None:
    assert set(exposures()) >= {"flis", "sds_health", "sds_care", "municipality", "public", "dst", "rkkp"}


def test_groups_are_the_stages_of_the_house() -> None:
    stages = {
        "intake",
        "raw",
        "receipts",
        "reference",
        "staging",
        "intermediate",
        "marts",
        "indicators",
        "cards",
        "quality",
        "candidate",
        "release",
        "portal",
    }
    stages |= {"documentation"}
    graph = defs().get_repository_def().asset_graph
    assert {graph.get(key).group_name for key in graph.get_all_asset_keys()} == stages
    source = {"resource_type": "source", "source_name": "raw", "name": "condition"}
    assert Translator().get_asset_key(source).to_user_string() == "raw/condition"
