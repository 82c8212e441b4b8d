"""One test is one promise of the whole way, from the drop folder to the release, seen on the shipped samples."""

import csv
import gzip
import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.publishing.audit import AuditLog
from orchestration.publishing.audit_check import check_audit
from orchestration.publishing.catalogue import read_lines
from orchestration.publishing.verification import verify
from tests.pipeline.conftest import ROOT, Demo

SAMPLES = ROOT / "data" / "samples"
GOLDEN = Path(__file__).parent / "golden"
WITHHELD = {"flis": ["0615"], "sds_health": ["0615"], "sds_care": []}
RECIPIENTS = tuple(WITHHELD)
OWN = ("0219", "0461", "0751")
"""Municipalities that get an extract of their own: 0615 is at fault, 0851 has not approved."""
FACTS = {
    "conditions": ("fct_condition", "condition_id", "condition_code"),
    "interventions": ("fct_planned_intervention", "planned_intervention_id", "intervention_code"),
}


def expected() -> list[dict[str, str]]:
    with (SAMPLES / "expected.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def manifest(demo: Demo, recipient: str) -> dict[str, Any]:
    return json.loads((demo.data / "releases" / recipient / "latest" / "manifest.json").read_text())


def test_every_submission_ends_as_expected(demo: Demo) -> None:
    rows = demo.rows("""
        select s.received_on::varchar, sender_id, file_name, coalesce(line_number::varchar, ''), coalesce(s.bundle_id, ''), state,
            coalesce(string_agg(distinct rule_id, ';' order by rule_id) filter (where severity = 'error'), '')
        from raw.submissions as s left join raw.findings using (submission_id)
        group by all
    """)
    wanted = [
        (e["day"], e["sender_id"], e["file_name"], e["line_number"], e["bundle_id"], e["state"], e["rule_ids"])
        for e in expected()
    ]
    assert sorted(map(str, rows)) == sorted(map(str, wanted))


def test_no_byte_is_lost(demo: Demo) -> None:
    kept = {p.name for p in (demo.data / "landing" / "objects").rglob("*") if p.is_file()}
    sent = {
        hashlib.sha256(p.read_bytes()).hexdigest()
        for day in SAMPLES.iterdir()
        if day.is_dir()
        for p in day.rglob("*")
        if p.is_file()
    }
    assert kept == sent
    assert all(
        hashlib.sha256(p.read_bytes()).hexdigest() == p.name
        for p in (demo.data / "landing" / "objects").rglob("*")
        if p.is_file()
    )
    assert not [p for p in (demo.data / "drop").rglob("*") if p.is_file()]


def test_facts_are_those_of_the_story(demo: Demo) -> None:
    """`expected_facts.yml` is worked out by hand from the story, not by the platform."""
    truth = yaml.safe_load((SAMPLES / "expected_facts.yml").read_text())
    for kind, (table, key, code) in FACTS.items():
        for fact in truth[kind]:
            where = f"municipality_code = '{fact['municipality_code']}' and {key} = '{fact['id']}'"
            for told in fact["versions"]:
                told.pop("brought_by")
                if "state" in told:
                    told["condition_state_code"] = told.pop("state")
                told |= {code: fact[kind.removesuffix("s")], "care_domain_code": fact["care_domain_code"]}
                told |= {name: fact[name] for name in ("recorded_on", "granted_on") if name in fact}
            columns = list(dict.fromkeys(name for told in fact["versions"] for name in told if name != "withdrawn_by"))
            now = f"select {', '.join(columns)} from marts.{table} where {where} and known_to_at is null"
            found = demo.rows(f"{now} order by version_number")
            assert len(found) == len(fact["versions"]), fact["key"]
            for row, told in zip(found, fact["versions"], strict=True):
                shown = dict(zip(columns, map(_plain, row), strict=True))
                assert shown | {k: _plain(v) for k, v in told.items() if k != "withdrawn_by"} == shown, fact["key"]


def test_counts_are_those_of_the_story(demo: Demo) -> None:
    truth = yaml.safe_load((SAMPLES / "expected_facts.yml").read_text())
    for municipality, counts in truth["counts"].items():
        where = f"where municipality_code = '{municipality}'"
        assert demo.rows(f"select count(*) from marts.dim_citizen {where}") == [(counts["citizens"],)]
        for kind, (table, _, _) in FACTS.items():
            found = demo.rows(f"""
                select count(*), count(*) filter (is_current), count(*) filter (is_active),
                    count(*) filter (is_active and care_domain_code = 'nursing'),
                    count(*) filter (is_active and care_domain_code = 'home_care')
                from marts.{table} {where} and known_to_at is null
            """)
            assert found == [tuple(counts[kind].values())], (municipality, kind)


def _plain(value: object) -> object:
    """Times of YAML (with a zone) and of DuckDB (UTC) in one form."""
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).replace(tzinfo=None)
    return value


@pytest.mark.parametrize("recipient", RECIPIENTS)
def test_release_is_what_its_manifest_says(demo: Demo, recipient: str) -> None:
    folder = demo.data / "releases" / recipient / "latest"
    told = manifest(demo, recipient)
    signed = {"manifest.json", "manifest.json.sig", "gate.html"}
    assert {p.name for p in folder.iterdir()} == {p["file"] for p in (*told["products"], told["reports"])} | signed
    assert verify(folder.resolve()) == () and told["dbt_manifest_sha256"]
    for product in told["products"]:
        path = folder / product["file"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == product["sha256"]
        assert duckdb.sql(f"select count(*) from '{path}'").fetchall() == [(product["rows"],)]
        assert path.stem == product["model"], "one name everywhere"


def test_the_log_agrees_with_the_releases_and_the_catalogue_has_them_all(demo: Demo) -> None:
    log, releases = AuditLog(demo.data / "audit"), demo.data / "releases"
    count, faults = check_audit(log, releases)
    assert not faults and count >= 2 * len(RECIPIENTS) + 1, "a switch and a release each, and the key"
    assert {entry.actor.run is None for entry in log.entries()} == {False}
    assert {line.recipient for line in read_lines(releases, log) if line.state == "latest"} == {
        *RECIPIENTS,
        "public",
        *(f"municipality/{code}" for code in OWN),
    }
    refused = [line for line in read_lines(releases, log) if line.state == "refused"]
    assert [line.recipient for line in refused] == ["municipality/0615"]
    assert (releases / "index.html").is_file()


@pytest.mark.parametrize("recipient", RECIPIENTS)
def test_a_released_column_is_described_as_dbt_describes_it(demo: Demo, recipient: str) -> None:
    for path in (demo.data / "releases" / recipient / "latest").glob("*.parquet"):
        said = {
            k.decode(): v.decode()
            for k, v in duckdb.sql(f"select key, value from parquet_kv_metadata('{path}')").fetchall()
        }
        columns = duckdb.sql(f"select * from '{path}' limit 0").columns
        assert set(json.loads(said["klgateway_columns"])) == set(columns), path.stem
        assert said["klgateway_agreement"].startswith(f"klg-{recipient.replace('_', '-')} v")


@pytest.mark.parametrize("recipient", RECIPIENTS)
def test_the_municipality_that_breaks_the_gate_is_withheld_and_named(demo: Demo, recipient: str) -> None:
    told = manifest(demo, recipient)
    assert [w["municipality_code"] for w in told["withheld_municipalities"]] == WITHHELD[recipient]
    for path in (demo.data / "releases" / recipient / "latest").glob("*.parquet"):
        columns = duckdb.sql(f"select * from '{path}' limit 0").columns
        if "municipality_code" in columns and path.stem != "dim_municipality":
            released = {row[0] for row in duckdb.sql(f"select distinct municipality_code from '{path}'").fetchall()}
            assert released <= {"0219", "0461", "0615", "0751", "0851"} - set(WITHHELD[recipient]), path.stem


def test_sds_health_holds_nursing_only_and_no_severity(demo: Demo) -> None:
    for path in (demo.data / "releases" / "sds_health" / "latest").glob("*.parquet"):
        columns = duckdb.sql(f"select * from '{path}' limit 0").columns
        assert not [c for c in columns if "severity" in c]
        if "care_domain_code" in columns:
            assert duckdb.sql(f"select distinct care_domain_code from '{path}'").fetchall() == [("nursing",)]


@pytest.mark.parametrize("recipient", RECIPIENTS)
def test_release_equals_the_golden_one(demo: Demo, recipient: str) -> None:
    """Golden files are read by a person when they change; they leave the CPR out."""
    for path in sorted((demo.data / "releases" / recipient / "latest").glob("*.parquet")):
        if path.stem in ("dim_fsiii_code", "dim_municipality"):
            continue  # seeds, tested against the crosswalk
        relation = duckdb.sql(f"select * from '{path}'")
        columns = [c for c in relation.columns if c not in ("cpr", "citizen_key")]
        text = "\n".join(
            ";".join(map(str, row))
            for row in [tuple(columns), *relation.project(", ".join(columns)).order("all").fetchall()]
        )
        golden = GOLDEN / recipient / f"{path.stem}.csv"
        assert golden.read_text() == text + "\n", (
            f"differs from {golden.relative_to(ROOT)}: read the change, then replace the file"
        )


@pytest.mark.parametrize("code", OWN)
def test_a_municipality_gets_its_own_rows_its_receipts_and_its_findings(demo: Demo, code: str) -> None:
    folder = (demo.data / "releases" / "municipality" / code / "latest").resolve()
    for path in folder.glob("*.parquet"):
        if path.stem not in ("dim_fsiii_code", "dim_municipality"):
            assert {row[0] for row in duckdb.sql(f"select distinct municipality_code from '{path}'").fetchall()} <= {
                code
            }
    card = json.loads((folder / "quality_card.json").read_bytes())
    assert (card["municipality_code"], card["day"]) == (code, "2026-03-04") and verify(folder) == ()
    assert f"kommune {code}" in (folder / "quality_card.html").read_text()
    received = demo.rows(f"select count(*) from raw.submissions where municipality_code = '{code}'")
    assert duckdb.sql(f"select count(*) from '{folder}/fct_submission.parquet'").fetchall() == received


def test_the_reports_are_passed_on_as_they_were_accepted(demo: Demo) -> None:
    """FLIS gets every accepted report of all who are not withheld; the two acts together nothing more."""
    accepted = demo.rows(
        "select bundle_id from raw.submissions where state = 'accepted' and municipality_code != '0615'"
    )
    told = reports_of(demo, "flis")
    assert sorted(told) == sorted(str(bundle_id) for (bundle_id,) in accepted)
    assert set(reports_of(demo, "sds_health")) < set(told)
    assert len(set(reports_of(demo, "sds_care")) & set(told)) > 10


def reports_of(demo: Demo, recipient: str) -> list[str]:
    path = demo.data / "releases" / recipient / "latest" / "care_incremental_delivery.ndjson.gz"
    deliveries = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    return [entry["resource"]["id"] for delivery in deliveries for entry in delivery["entry"]]


def test_the_public_site_is_made_of_the_public_release_and_has_no_figure_of_three_days(demo: Demo) -> None:
    site = demo.data / "portal" / "latest"
    assert json.loads((site / "site.json").read_text())["release_id"] == manifest(demo, "public")["release_id"]
    assert "Der er ingen offentlige tal endnu" in (site / "index.html").read_text()
    assert len(list((site / "en" / "kommune").glob("*.html"))) == 1 + 98


def test_every_submission_has_a_receipt_in_both_languages(demo: Demo) -> None:
    rows = demo.rows("select submission_id, sender_id, received_on::varchar, state, error_count from raw.submissions")
    for submission_id, sender, day, state, errors in rows:
        (path,) = (demo.data / "receipts" / str(sender) / str(day)).glob(f"*.{str(submission_id)[:8]}.json")
        outcome = json.loads(path.read_text())
        assert (outcome["resourceType"], outcome["id"]) == ("OperationOutcome", submission_id)
        assert len([i for i in outcome["issue"] if i["severity"] == "error"]) == errors
        for issue in outcome["issue"]:
            assert issue["details"]["text"]
            assert "translation" in json.dumps(issue)
        if state == "rejected":
            assert all(i["diagnostics"] for i in outcome["issue"] if i["severity"] == "error")


def test_no_cpr_outside_raw_and_agreed_products(demo: Demo) -> None:
    """Every invented CPR of the samples is looked for in every other file that the run wrote."""
    cprs = {str(c).encode() for (c,) in demo.rows("select distinct cpr from raw.citizen")}
    assert len(cprs) > 10
    allowed = ("landing/objects/", "warehouse.duckdb", "candidates/")
    allowed += tuple(f"releases/{name}/" for name in (*RECIPIENTS, "municipality"))
    looked = 0
    for root in (demo.data, demo.dagster, ROOT / "dbt_project" / "target"):
        for path in (p for p in root.rglob("*") if p.is_file()):
            name = path.relative_to(root).as_posix()
            if root == demo.data and name.startswith(allowed) and not name.endswith(".json"):
                continue
            data = path.read_bytes()
            looked += 1
            assert not any(c in data or c[:6] + b"-" + c[6:] in data for c in cprs), f"a CPR in {name}"
    assert looked > 50
    assert not any(c.decode() in demo.output for c in cprs)


def test_a_second_run_changes_nothing(demo: Demo, run_demo: Callable[[], Demo]) -> None:
    def state() -> tuple[object, ...]:
        counts = tuple(
            demo.rows("select count(*), max(received_at) from raw.submissions")
            + demo.rows("select count(*) from marts.fct_condition")
        )
        releases = sorted(p.relative_to(demo.data).as_posix() for p in (demo.data / "releases").rglob("manifest.json"))
        receipts = {p: p.stat().st_mtime_ns for p in (demo.data / "receipts").rglob("*.json")}
        latest = [(demo.data / "releases" / r / "latest").readlink() for r in RECIPIENTS]
        latest.append((demo.data / "portal" / "latest").readlink())
        return counts, releases, receipts, latest

    before = state()
    again = run_demo()
    assert state() == before
    assert "unchanged" in again.output
    log = (demo.data / "logs" / "demo.log").read_text()
    assert "indicators: The day freezes no vintage" in log, "the indicators stay as they are"
    assert "Skipping step" not in log, "and all that reads them is made"


def test_terminal_says_what_came_of_it(demo: Demo) -> None:
    for word in ("accepted", "rejected", "Facts", "Released", "withheld", "0615"):
        assert word in demo.output
    assert not re.search(r"Traceback|ERROR", demo.output)
