"""One test is one promise of the reports passed on: all of them to who may have all, and to a care domain nothing of the other."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.conformance.check import check, keeps_every_rule
from orchestration.conformance.verdict import Context
from orchestration.intake.accepted import Accepted
from orchestration.intake.reading import deliveries
from orchestration.publishing import fhir_file
from orchestration.publishing.fhir_file import write_deliveries
from orchestration.publishing.outbound import passed_on, reports_in
from orchestration.publishing.records import Text
from orchestration.publishing.terms import FhirDelivery
from orchestration.settings import REPOSITORY

DAY = date(2026, 3, 4)
ALL = (
    "citizen condition goal planned-intervention completed-intervention encounter general-encounter "
    "follow-up-observation citizens-own-observation matter-of-interest-observation"
)
HEALTH = "citizen condition planned-intervention completed-intervention encounter general-encounter matter-of-interest-observation"


def terms(profiles: str, **more: Any) -> FhirDelivery:
    names = tuple(f"klgateway-care-{name}" for name in profiles.split())
    return FhirDelivery(description=Text("Indberetninger", "Reports"), profiles=names, **more)


EVERYTHING = terms(ALL)
NURSING = terms(
    HEALTH,
    care_domain="nursing",
    without=("Condition.severity", "CarePlan.activity.detail.code.coding[local]"),
)


@pytest.fixture(scope="module")
def domains() -> dict[str, str]:
    """FSIII code, in either form, → care domain, from the project's own seeds."""
    seeds = REPOSITORY / "dbt_project" / "seeds"
    return dict(
        duckdb.sql(f"""
            with ours as (
                select code, min(care_domain_code) as care_domain_code
                from '{seeds}/fsiii_value_set_member.csv' join '{seeds}/fsiii_value_set.csv' using (value_set)
                group by code having min(care_domain_code) is not null
            )
            select code, care_domain_code from ours
            union all
            select legacy_code, care_domain_code from ours
            join '{seeds}/fsiii_crosswalk.csv' on fsiii_uuid = code where legacy_code is not null
        """).fetchall()
    )


@dataclass(frozen=True)
class Reports:
    """Of one municipality, as `AcceptedReports` are, without an archive."""

    municipality_code: str
    reports: list[Accepted]

    def __len__(self) -> int:
        return len(self.reports)

    def __iter__(self) -> Iterator[Accepted]:
        return iter(self.reports)


def by_municipality(reports: list[Accepted]) -> list[Reports]:
    return [Reports(code, list(theirs)) for code, theirs in groupby(reports, key=lambda one: one.municipality_code)]


def accepted() -> list[Accepted]:
    """The shipped samples that a gateway accepts, by municipality and in order."""
    found: dict[str, tuple[str, bytes]] = {}
    for path in sorted(REPOSITORY.joinpath("data", "samples").glob("*/*/*.*")):
        code = path.parent.name[:4]
        for delivery in deliveries(path, path.name):
            verdict = check(delivery.data, Context(sor_codes=frozenset({f"99999{code}000001"}), as_of=DAY))
            if verdict.status == "accepted" and verdict.bundle_id:
                found.setdefault(verdict.bundle_id, (code, delivery.data))
    at = datetime(2026, 3, 4, 12, tzinfo=UTC)
    return [Accepted(str(n), code, n, at, data) for n, (code, data) in enumerate(sorted(found.values()), start=1)]


def written(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def resources(deliveries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    reports = [entry["resource"] for delivery in deliveries for entry in delivery["entry"]]
    return [entry["resource"] for report in reports for entry in report["entry"]]


def test_who_may_have_all_gets_the_reports_as_they_were(tmp_path: Path, domains: dict[str, str]) -> None:
    reports = accepted()
    path = tmp_path / "all.ndjson.gz"
    slices = write_deliveries(by_municipality(reports), EVERYTHING, domains, path, DAY)
    sent = [r for report in reports for r in reports_in(json.loads(report.data))]
    assert [entry["resource"] for delivery in written(path) for entry in delivery["entry"]] == sent
    assert sum(one.reports for one in slices) == len(sent) > 40
    assert {one.municipality_code for one in slices} == {"0219", "0461", "0615", "0751", "0851"}
    assert not any(one.faults for one in slices), "what is sent passes our own check"


def test_the_health_act_gets_nursing_only(tmp_path: Path, domains: dict[str, str]) -> None:
    path = tmp_path / "health.ndjson.gz"
    slices = write_deliveries(by_municipality(accepted()), NURSING, domains, path, DAY)
    assert not any(one.faults for one in slices)
    told = resources(written(path))
    assert {"Patient", "Condition", "CarePlan", "Procedure", "Encounter"} <= {r["resourceType"] for r in told}
    assert not any("severity" in r for r in told if r["resourceType"] == "Condition")
    text = gzip.decompress(path.read_bytes()).decode()
    home_care = [code for code, domain in domains.items() if domain == "home_care" and f'"code":"{code}"' in text]
    assert home_care == [], "no code of home care anywhere, in any resource"
    assert "own-observation" not in text and "care-goal" not in text


def written_all(folder: Path, domains: dict[str, str]) -> list[dict[str, Any]]:
    write_deliveries(by_municipality(accepted()), EVERYTHING, domains, folder / "all.ndjson.gz", DAY)
    return written(folder / "all.ndjson.gz")


def test_every_nursing_resource_is_passed_on(tmp_path: Path, domains: dict[str, str]) -> None:
    path = tmp_path / "health.ndjson.gz"
    write_deliveries(by_municipality(accepted()), NURSING, domains, path, DAY)
    kept = {(r["resourceType"], r["id"], r["meta"]["lastUpdated"]) for r in resources(written(path))}
    for r in resources(written_all(tmp_path, domains)):
        if r["resourceType"] in ("Condition", "Procedure"):
            ours = "nursing" in {domains.get(coding["code"]) for coding in r["code"]["coding"]}
            assert ((r["resourceType"], r["id"], r["meta"]["lastUpdated"]) in kept) == ours


def test_other_processes_write_the_same(
    tmp_path: Path, domains: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = tmp_path / "here.gz", tmp_path / "there.gz"
    alone = write_deliveries(by_municipality(accepted()), NURSING, domains, here, DAY)
    monkeypatch.setattr(fhir_file, "FEW", 0)
    assert write_deliveries(by_municipality(accepted()), NURSING, domains, there, DAY) == alone
    assert there.read_bytes() == here.read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"here.gz", "there.gz"}


def test_one_member_is_one_municipality_and_can_be_left_out(tmp_path: Path, domains: dict[str, str]) -> None:
    path = tmp_path / "all.ndjson.gz"
    slices = write_deliveries(by_municipality(accepted()), EVERYTHING, domains, path, DAY)
    data = path.read_bytes()
    for one in slices:
        member = gzip.decompress(data[one.offset : one.offset + one.bytes]).splitlines()
        sor = {
            entry["resource"]["managingOrganization"]["identifier"]["value"]
            for line in member
            for report in json.loads(line)["entry"]
            for entry in report["resource"]["entry"]
            if entry["resource"]["resourceType"] == "Patient"
        }
        assert len(member) == one.deliveries and all(one.municipality_code in code for code in sor)
    write_deliveries(by_municipality(accepted()), EVERYTHING, domains, tmp_path / "again.ndjson.gz", DAY)
    assert (tmp_path / "again.ndjson.gz").read_bytes() == data, "the same reports, the same bytes"


def report(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "id": "b", "entry": [{"resource": e} for e in entries]}


def resource(kind: str, id: str, profile: str, **more: Any) -> dict[str, Any]:
    meta = {"profile": [f"http://fhir.kl.dk/gateway/StructureDefinition/klgateway-care-{profile}"]}
    return {"resourceType": kind, "id": id, "meta": meta, **more}


CITIZEN = resource("Patient", "p", "citizen")
NURSING_CODE = {"coding": [{"code": "I4.4"}]}
CARE_CODE = {"coding": [{"code": "J1.1"}]}
BOTH = {"I4.4": "nursing", "J1.1": "home_care"}


def test_an_encounter_of_both_loses_what_tells_of_the_other() -> None:
    told = passed_on(
        report(
            CITIZEN,
            resource("Condition", "n", "condition", code=NURSING_CODE, severity={}),
            resource("Condition", "c", "condition", code=CARE_CODE),
            resource(
                "Encounter",
                "e",
                "general-encounter",
                reasonReference=[{"reference": "Condition/c"}, {"reference": "Condition/n"}],
                extension=[{"url": "x", "valueReference": {"reference": "Condition/c"}}],
            ),
            resource("Encounter", "f", "general-encounter", reasonReference=[{"reference": "Condition/c"}]),
        ),
        NURSING,
        BOTH,
    )
    assert told is not None
    left = {entry["resource"]["id"]: entry["resource"] for entry in told["entry"]}
    assert set(left) == {"p", "n", "e"}
    assert "severity" not in left["n"]
    assert left["e"]["reasonReference"] == [{"reference": "Condition/n"}] and "extension" not in left["e"]


def test_a_report_that_told_only_of_the_other_domain_is_not_passed_on() -> None:
    assert passed_on(report(CITIZEN, resource("Condition", "c", "condition", code=CARE_CODE)), NURSING, BOTH) is None
    assert passed_on(report(CITIZEN), NURSING, BOTH) == report(CITIZEN), "the citizen's own report: a death, a mistake"


def test_a_code_that_nobody_knows_is_not_passed_on() -> None:
    unknown = {"coding": [{"code": "X9"}]}
    assert passed_on(report(CITIZEN, resource("Condition", "c", "condition", code=unknown)), NURSING, BOTH) is None


def test_what_is_to_be_sent_is_judged(tmp_path: Path) -> None:
    """A delivery that our own check would refuse is seen before it leaves."""
    broken = json.dumps(report(CITIZEN)).encode()
    at = datetime(2026, 3, 4, tzinfo=UTC)
    slices = write_deliveries(
        [Reports("0461", [Accepted("1", "0461", 1, at, broken)])], EVERYTHING, BOTH, tmp_path / "x", DAY
    )
    assert slices[0].faults


def test_two_reports_of_one_citizen_and_moment_are_left_to_the_whole_check(tmp_path: Path) -> None:
    """Each by itself is right; what nothing tells the order of is for the rules of the delivery, whatever their severity."""
    one = accepted()[0]
    other = json.dumps({**json.loads(one.data), "id": "00000000-0000-4000-8000-000000000001"}).encode()
    at = one.received_at
    both = [one, Accepted("2", one.municipality_code, 2, at, other)]
    write_deliveries([Reports(one.municipality_code, both)], EVERYTHING, BOTH, tmp_path / "x", DAY)
    (delivery,) = written(tmp_path / "x")
    context = Context(sor_codes=None, as_of=DAY)
    found = check(json.dumps(delivery).encode(), context).findings
    assert "incrementalDelivery.unordered" in {finding.rule_id for finding in found}
    assert not keeps_every_rule(delivery, [one.data, other], context)
    assert keeps_every_rule({**delivery, "entry": delivery["entry"][:1]}, [one.data], context)


def test_nothing_that_stands_beside_the_domain_is_touched() -> None:
    """A reference by fullUrl ties as one by type and id; what points at nothing that goes is passed on as it was."""
    by_url = {"fullUrl": "urn:n", "resource": resource("Condition", "n", "condition", code=NURSING_CODE)}
    meeting = resource("Encounter", "e", "encounter", reasonReference=[{"reference": "urn:n"}], note=[])
    gone = {"fullUrl": "urn:c", "resource": resource("Condition", "c", "condition", code=CARE_CODE)}
    whole = {**report(CITIZEN, meeting), "type": "collection"}
    whole["entry"] += [by_url, gone]
    told = passed_on(json.loads(json.dumps(whole)), NURSING, BOTH)
    assert told == {**whole, "entry": [*whole["entry"][:2], by_url]}
