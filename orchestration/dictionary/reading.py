"""One run reads dbt's manifest into a `Dictionary`: the same YAML that dbt builds from, and nothing else but the seeds."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from orchestration.dictionary.checks import Checks
from orchestration.dictionary.lists import Conventions, text
from orchestration.dictionary.records import STAGES, CodeList, Column, Dictionary, Recipient, Rule, Table

Json = Mapping[str, Any]
GRAIN = re.compile(r"One row per (.+?)(?:[.:;](?:\s|$)|$)", re.DOTALL)
FKI = re.compile(r"FKI:((?:[\s,]|og|and|\([^)]*\)|\*[^*]+\*)+)")


def read(manifest: Json, project: Path) -> Dictionary:
    """All that the manifest of the dbt project in the folder `project` says.

    Raises:
        KeyError: a column names a code list that no seed holds.
    """
    conventions, checks = Conventions(project), Checks(manifest)
    recipients = tuple(sorted(_recipients(manifest), key=lambda r: (r.status != "on", r.name)))
    nodes = [n for n in manifest["nodes"].values() if n["resource_type"] in ("model", "seed", "snapshot")]
    tables = [_table(node, conventions, checks, recipients) for node in (*nodes, *manifest["sources"].values())]
    tables.sort(key=lambda t: (_rank(t.stage), _kind_of_mart(t.name), t.name))
    used = {c.code_list.name: c.code_list for t in tables for c in t.columns if c.code_list and c.code_list.codes}
    lists: list[CodeList] = [used[name] for name in sorted(used, key=str.lower)]
    rules = [
        Rule(unit["name"], unit["model"], _one_line(unit["description"])) for unit in manifest["unit_tests"].values()
    ]
    where = {table.name: place for place, table in enumerate(tables)}
    rules.sort(key=lambda r: where[r.model])
    return Dictionary(tuple(tables), tuple(lists), tuple(rules), recipients)


def _table(node: Json, conventions: Conventions, checks: Checks, recipients: tuple[Recipient, ...]) -> Table:
    is_source = node["resource_type"] == "source"
    config, unique_id = node["config"], node["unique_id"]
    meta: Json = config.get("meta") or {}
    description = _one_line(node["description"])
    grain = GRAIN.match(description)
    return Table(
        name=node["name"],
        schema=node["schema"],
        stage="raw" if is_source else "reference" if node["resource_type"] == "seed" else str(node["fqn"][1]),
        description=description,
        grain=grain[1] if grain else "",
        owner=str(meta.get("owner", "")),
        group=node.get("group") or config.get("group") or "",
        access=node.get("access") or "",
        freshness=text(meta.get("freshness")),
        kind=config.get("materialized") or "table",
        has_contract=bool((config.get("contract") or {}).get("enforced")),
        checks=checks.of_table(unique_id),
        sent_to=tuple(r.name for r in recipients if r.status == "on" and node["name"] in r.models),
        columns=tuple(_column(column, unique_id, conventions, checks) for column in node["columns"].values()),
    )


def _column(column: Json, unique_id: str, conventions: Conventions, checks: Checks) -> Column:
    name = column["name"]
    meta: Json = (column.get("config") or {}).get("meta") or column.get("meta") or {}
    description = _one_line(column["description"])
    tested, values = checks.code_list(unique_id, name)
    return Column(
        name=name,
        type=column.get("data_type") or "",
        description=description,
        fki=fki_terms(description),
        unit=conventions.unit(name, meta),
        code_list=conventions.code_list(name, meta, tested) or values,
        checks=checks.of_column(unique_id, name),
        named_in=checks.named_in(unique_id, name, has_constraint=bool(column.get("constraints"))),
    )


def fki_terms(description: str) -> tuple[str, ...]:
    """What stands in italics after `FKI:`."""
    return tuple(term for found in FKI.findall(description) for term in re.findall(r"\*([^*]+)\*", found))


def _recipients(manifest: Json) -> Iterator[Recipient]:
    for exposure in manifest["exposures"].values():
        meta: Json = exposure["config"].get("meta") or {}
        models = tuple(sorted(unique_id.rpartition(".")[2] for unique_id in exposure["depends_on"]["nodes"]))
        name, label = exposure["name"], exposure["label"] or exposure["name"]
        description = _one_line(exposure["description"])
        status, identity = str(meta.get("status", "")), str(meta.get("identity", ""))
        yield Recipient(name, label, description, status, identity, models)


def _rank(stage: str) -> float:
    return STAGES.index(stage) if stage in STAGES else 0.5


def _kind_of_mart(name: str) -> int:
    order = ("fct", "bridge", "dim", "ind", "dq")
    return order.index(prefix) if (prefix := name.partition("_")[0]) in order else len(order)


def _one_line(said: str | None) -> str:
    return " ".join((said or "").split())
