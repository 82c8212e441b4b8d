"""One planted delivery is a file in which a marked CPR stands where it should not, or where it should."""

import gzip
import json
import os
import time
from pathlib import Path
from typing import Any

import yaml

from tests.pipeline.conftest import ROOT

# Invented, and no person's: it fails modulus 11, and 29 February 1937 does not exist, so that the gate fails on it.
CPR = "29023" + "79974"
HYPHEN = f"{CPR[:6]}-{CPR[6:]}"
SENDER = "0461-odense"
SAMPLE = ROOT / "data" / "samples" / "2026-03-02" / SENDER / "01-pressure-ulcer.json"
PATIENT, CONDITION = "9a8cb4f4-e486-5ddb-afde-e86a637d3e94", "9a249c4f-e2f3-538b-a412-398ac0897198"


def accepted() -> dict[str, Any]:
    """A report that the gateway accepts, of the citizen with the CPR, in the ids, references and titles of which it stands too."""
    text = SAMPLE.read_text()
    text = text.replace("1705380000", CPR).replace(PATIENT, f"p{CPR}7").replace(CONDITION, f"c-{HYPHEN}")
    text = text.replace("SAAR-03", CPR).replace('"Sårpleje ved tryksår"', f'"Ring om {HYPHEN}"')
    return json.loads(text) | {"id": f"b.{CPR}"}


def changed(name: str, /, **patient: Any) -> bytes:
    """The report with another id, and something else said of the citizen."""
    bundle = accepted() | {"id": f"{name}-{CPR}"}
    bundle["entry"][0]["resource"] |= patient
    return json.dumps(bundle).encode()


def condition(name: str, /, **fields: Any) -> bytes:
    bundle = accepted() | {"id": f"{name}-{CPR}"}
    bundle["entry"][1]["resource"] |= fields
    return json.dumps(bundle).encode()


def deliveries() -> dict[str, bytes]:
    """Place in the drop folder → bytes."""
    good = json.dumps(accepted()).encode()
    official = {"use": "official", "system": "urn:oid:1.2.208.176.1.2"}
    div = {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{CPR}</div>'}
    coding = {"system": "urn:oid:1.2.208.176.2.21", "code": CPR, "display": f"Om {CPR}"}
    of_sender = {
        "good.json": good,
        f"again-{CPR}.json": good,
        "known-id.json": good + b" ",
        "half.json": good[: len(good) // 2],
        "syntax.json": b'{"resourceType": "Bundle", "id": ' + CPR.encode(),
        "text.json": f"{CPR} {HYPHEN}".encode(),
        "key-twice.json": f'{{"resourceType": "Bundle", "{CPR}": 1, "{CPR}": 2}}'.encode(),
        "latin1.json": f'{{"id": "{CPR}\u00e6"}}'.encode("latin-1"),
        "nan.json": f'{{"resourceType": "Bundle", "id": "{CPR}", "total": NaN}}'.encode(),
        "number.json": changed("number", identifier=[official | {"value": int(CPR)}]),
        "hyphen.json": changed("hyphen", identifier=[official | {"value": HYPHEN}]),
        "longer.json": changed("longer", identifier=[official | {"value": CPR + "1"}]),
        "two.json": changed("two", identifier=[official | {"value": CPR}, official | {"value": CPR}]),
        "system.json": changed("system", identifier=[{"system": f"urn:oid:{CPR}", "value": CPR}]),
        "sor.json": changed("sor", managingOrganization={"identifier": {"value": f"{CPR}00001"}}),
        "name.json": changed("name", name=[{"text": f"Karen {CPR}"}], telecom=[{"value": CPR}]),
        "extension.json": changed("extension", extension=[{"url": f"http://example.org/{CPR}", "valueString": CPR}]),
        "unknown-element.json": changed("element", **{CPR: CPR, f"x{CPR}": {HYPHEN: CPR}}),
        "type.json": changed("type", resourceType=f"Patient{CPR}"),
        "profile.json": changed("profile", meta={"profile": [f"http://example.org/{CPR}"], "lastUpdated": CPR}),
        "active.json": changed("active", active=CPR),
        "narrative.json": condition("narrative", text=div, note=[{"text": f"Borgeren {CPR} er faldet"}]),
        "code.json": condition("code", code={"coding": [coding], "text": CPR}),
        "date.json": condition("date", recordedDate=CPR),
        "reference.json": condition("reference", subject={"reference": f"Patient/{CPR}", "display": CPR}),
        "id.json": condition("id", id=f"{CPR} {HYPHEN}"),
        "status.json": condition("status", clinicalStatus={"coding": [{"code": CPR}]}),
        f"{CPR}.csv": f"cpr\n{CPR}\n".encode(),
        f"{HYPHEN}.json.gz": b"\x1f\x8b" + CPR.encode(),
        "lines.ndjson": good.replace(b'"b.', b'"n.') + b"\n" + CPR.encode() + b"\n" + good[:300] + b"\n",
        "lines.ndjson.gz": gzip.compress(b"{}\n" + CPR.encode()),
        f"folder-{CPR}/inside.json": good,
    }
    return {f"{SENDER}/{name}": data for name, data in of_sender.items()} | {
        f"{CPR}/one.json": good,
        f"nobody/{CPR}.json": good,
        f"loose-{CPR}.json": good,
    }


def plant(drop: Path) -> int:
    """Put all of it into the drop folder; returns how many files."""
    files = deliveries()
    for place, data in files.items():
        path = drop / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (time.time() - 60,) * 2)
    return len(files)


CITIZEN = "{{ source('raw', 'citizen') }}"
CONTRACT = "{{ config(contract={'enforced': true}) }}"
SABOTAGE = {
    # Each reads the CPR from where it may lie, and fails on it in another way.
    "cast_fails.sql": f"select cast(cpr || 'x' as integer) as x from {CITIZEN}",
    "range_fails.sql": f"select cast(cast(cpr as bigint) as tinyint) as x from {CITIZEN}",
    "date_fails.sql": f"select strptime(cpr, '%d%m%Y') as x from {CITIZEN}",
    "error_fails.sql": f"select error('no ' || cpr) as x from {CITIZEN}",
    "regex_fails.sql": f"select regexp_matches('a', '(' || cpr) as x from {CITIZEN}",
    "contract_fails.sql": f"{CONTRACT} select cpr from {CITIZEN}",
    "unique_fails.sql": f"{CONTRACT} select cpr from {CITIZEN} union all select cpr from {CITIZEN}",
    "check_fails.sql": f"{CONTRACT} select cpr from {CITIZEN}",
    "sabotage.yml": """
models:
  - name: contract_fails
    columns: [{name: cpr, data_type: integer}]
  - name: unique_fails
    columns: [{name: cpr, data_type: varchar, constraints: [{type: primary_key}]}]
  - name: check_fails
    columns: [{name: cpr, data_type: varchar, constraints: [{type: check, expression: "length(cpr) = 9"}]}]
sources:
  - name: raw_again
    schema: raw
    tables:
      - name: citizen
        data_tests: [rows_fail, cast_fails]
        columns:
          - name: cpr
            data_tests:
              - unique
              - accepted_values: {arguments: {values: [none]}}
              - relationships: {arguments: {to: ref('dim_date'), field: month_code}}
""",
}
TESTS = {
    "rows_fail.sql": "{% test rows_fail(model) %} select cpr, * from {{ model }} {% endtest %}",
    "cast_fails.sql": (
        "{% test cast_fails(model) %} select 1 from {{ model }} where cast(cpr as date) > date '1900-01-01' {% endtest %}"
    ),
}


def sabotage(project: Path) -> None:
    """Add to a copy of the dbt project models and tests that fail on the citizen's rows; its own tests go, to save time."""
    for path in (project / "models").rglob("*.yml"):
        told = yaml.safe_load(path.read_text())
        path.write_text(yaml.safe_dump(_without_tests(told)))
    for folder, files in (("models/sabotage", SABOTAGE), ("tests/generic", TESTS)):
        (project / folder).mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (project / folder / name).write_text(text)
    settings = project / "dbt_project.yml"
    as_tables = "models:\n  klgateway:\n    sabotage: {+materialized: table}\n"
    settings.write_text(settings.read_text().replace("models:\n  klgateway:\n", as_tables, 1))


def _without_tests(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_tests(item) for item in node]
    if isinstance(node, dict):
        return {k: _without_tests(v) for k, v in node.items() if k not in ("data_tests", "unit_tests")}
    return node
