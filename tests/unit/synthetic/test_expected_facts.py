"""One test proves one thing about the hand-made truth: that it speaks of what ships, and holds by the rules of history.

The history here is written once more, as plainly as can be, over the accepted samples: it checks the hand's arithmetic
and shares nothing with the platform's SQL.
"""

import csv
import gzip
import json
from collections import Counter
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import yaml

from orchestration.synthetic.codes import concept
from orchestration.synthetic.identities import stable_id
from orchestration.synthetic.samples import SAMPLES

FACTS = yaml.safe_load((SAMPLES / "expected_facts.yml").read_text(encoding="utf-8"))
KINDS = {"conditions": "Condition", "interventions": "CarePlan"}
Version = dict[str, Any]


@cache
def accepted() -> list[tuple[str, str, Any]]:
    """(municipality, place, Bundle) of each accepted report, in order of receipt."""
    found = []
    with (SAMPLES / "expected.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["state"] == "accepted"]
    for row in rows:
        place = f"{row['day']}/{row['sender_id']}/{row['file_name']}"
        data = (SAMPLES / place).read_bytes()
        data = gzip.decompress(data) if place.endswith(".gz") else data
        number = int(row["line_number"] or 0)
        text = data.splitlines()[number - 1] if number else data
        found.append((row["sender_id"][:4], f"{place}:{number}" if number else place, json.loads(text)))
    return found


@cache
def histories(resource_type: str) -> dict[tuple[str, str], list[Version]]:
    """(municipality, resource id) → its versions by the rules of history."""
    seen: dict[tuple[str, str], list[Version]] = {}
    for municipality, place, bundle in accepted():
        for entry in bundle["entry"]:
            resource = entry["resource"]
            if resource["resourceType"] == resource_type:
                at = datetime.fromisoformat(resource["meta"]["lastUpdated"]).astimezone(UTC)
                version = {"content": resource | {"meta": None}, "valid_from_at": at, "brought_by": place}
                seen.setdefault((municipality, resource["id"]), []).append(version)
    return {key: history(versions) for key, versions in seen.items()}


def history(received: list[Version]) -> list[Version]:
    ordered = sorted(received, key=lambda version: version["valid_from_at"])  # stable: then by order of receipt
    distinct = [v for i, v in enumerate(ordered) if i == 0 or v["content"] != ordered[i - 1]["content"]]
    facts: list[Version] = []
    for version in distinct:
        if facts and facts[-1].get("valid_to_at") is None:
            facts[-1]["valid_to_at"] = version["valid_from_at"]
        if not is_error(version["content"]):
            facts.append(version | {"valid_to_at": None, "is_entered_in_error": False})
        elif not facts:
            facts.append(version | {"valid_to_at": None, "is_entered_in_error": True})
        else:
            withdrawn = {"withdrawn_at": version["valid_from_at"], "withdrawn_by": version["brought_by"]}
            facts[-1] |= withdrawn | {"is_entered_in_error": True}
    for fact in facts:
        fact["is_current"] = fact["valid_to_at"] is None and not fact["is_entered_in_error"]
        fact["state"] = state(fact)
        fact["is_active"] = fact["is_current"] and fact["state"] == "active" and not is_of_mistaken(fact["content"])
    return facts


@cache
def mistaken() -> frozenset[str]:
    patients = [entry["resource"] for _, _, bundle in accepted() for entry in bundle["entry"][:1]]
    return frozenset(patient["id"] for patient in patients if patient.get("active") is False)


def is_of_mistaken(content: Any) -> bool:
    return any(content["subject"]["reference"].endswith(patient_id) for patient_id in mistaken())


def is_error(content: Any) -> bool:
    verification = content.get("verificationStatus")
    return str(verification["coding"][0]["code"] if verification else content.get("status")) == "entered-in-error"


def state(fact: Version) -> str:
    content = fact["content"]
    if fact["is_entered_in_error"]:
        return "entered_in_error"
    if content["resourceType"] == "CarePlan":
        return str(content["status"])
    if content["clinicalStatus"]["coding"][0]["code"] != "active":
        return "inactive"
    return "active" if "category" in content else "out_of_focus"


def code_of(content: Any) -> str:
    codeable = content["code"] if "code" in content else content["activity"][0]["detail"]["code"]
    return concept(codeable["coding"][0]["code"]).code


def test_ids_follow_from_the_keys() -> None:
    for kind in KINDS:
        for fact in FACTS[kind]:
            sender_id, citizen, name = fact["key"].split("/")
            assert fact["id"] == stable_id(f"{sender_id}/{citizen}", name)
            assert fact["municipality_code"] == sender_id[:4]


def test_versions_hold() -> None:
    for kind, resource_type in KINDS.items():
        for fact in FACTS[kind]:
            found = histories(resource_type)[fact["municipality_code"], fact["id"]]
            assert len(found) == len(fact["versions"]), fact["key"]
            for version, told in zip(found, fact["versions"], strict=True):
                told = {"is_entered_in_error": False} | told
                content = version["content"]
                assert code_of(content) == fact[kind.removesuffix("s")], fact["key"]
                severity = content.get("severity")
                version["severity_level"] = severity and int(concept(severity["coding"][0]["code"]).user_key[1]) - 1
                version["status_code"] = content.get("status")
                end = content.get("period", {}).get("end")
                version["ended_on"] = end and date.fromisoformat(end)
                version["is_end_actual"] = content.get("status") == "completed"
                assert {key: version[key] for key in told} == told, fact["key"]
                days = {
                    "recorded_on": content.get("recordedDate"),
                    "granted_on": content.get("period", {}).get("start"),
                }
                for key in days.keys() & fact.keys():
                    assert (days[key] or "")[:10] == fact[key].isoformat(), fact["key"]


def test_counts_hold() -> None:
    for municipality, counts in FACTS["counts"].items():
        citizens = {e["resource"]["id"] for m, _, b in accepted() if m == municipality for e in b["entry"][:1]}
        assert len(citizens) == counts["citizens"]
        for kind, resource_type in KINDS.items():
            facts = [v for (m, _), all_of in histories(resource_type).items() if m == municipality for v in all_of]
            domains = Counter(care_domain(v["content"]) for v in facts if v["is_active"])
            assert counts[kind] == {
                "rows": len(facts),
                "current": sum(v["is_current"] for v in facts),
                "active": sum(v["is_active"] for v in facts),
                "active_nursing": domains["nursing"],
                "active_home_care": domains["home_care"],
            }, (municipality, kind)


def care_domain(content: Any) -> str:
    """A code is in a list of nursing or of home care, never in both."""
    with (SAMPLES.parents[1] / "orchestration/conformance/profiles/terminology/codes.csv").open(
        encoding="utf-8"
    ) as file:
        lists = {row["value_set"] for row in csv.DictReader(file) if row["code"] == code_of(content)}
    nursing, home_care = any("Nursing" in each for each in lists), any("HomeCare" in each for each in lists)
    assert nursing is not home_care
    return "nursing" if nursing else "home_care"


def test_citizens_hold() -> None:
    patients = {e["resource"]["id"]: e["resource"] for _, _, b in accepted() for e in b["entry"][:1]}
    for citizen in FACTS["citizens"]:
        patient = patients[stable_id(citizen["key"], "citizen")]
        assert (patient.get("active") is False) is citizen["is_reported_by_mistake"]
        assert patient["deceasedBoolean"] is citizen["is_deceased"]
    assert not {stable_id(key, "citizen") for key in FACTS["unknown_citizens"]} & set(patients)
