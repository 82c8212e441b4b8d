"""One test holds the desk to the verdict of the door, for files, folders, NDJSON, gzip and standard input."""

import csv
import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.conformance.check import Context, check
from orchestration.conformance.outcome import operation_outcome
from tests.unit.desk.conftest import DAY, ROOT, SAMPLES, Desk, sample

BY_HISTORY = {"deliveryReport.id.new", "citizen.sor.authorised"}
"""What only the gateway knows: which ids were used before, and (unless --sender-sor tells) who may report for whom."""
ONE = SAMPLES / "2026-03-02" / "0461-odense" / "01-pressure-ulcer.json"
BAD = SAMPLES / "2026-03-02" / "0751-aarhus" / "05-diabetic-ulcer.json"


def expected() -> list[dict[str, str]]:
    with (ROOT / SAMPLES / "expected.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_samples_end_as_expected(desk: Desk) -> None:
    ran = desk(SAMPLES, "--format", "json")
    found = {line["source"]: line for line in ran.lines}
    assert ran.code == 1
    assert len(found) == len(expected())
    for row in expected():
        source = "/".join(["data", "samples", row["day"], row["sender_id"], row["file_name"]])
        line = found[source + (f":{row['line_number']}" if row["line_number"] else "")]
        rules = set(row["rule_ids"].split(";")) - BY_HISTORY - {""}
        issues = line["outcome"]["issue"]
        assert {i["details"]["coding"][0]["code"] for i in issues if i["severity"] == "error"} == rules, source
        assert line["verdict"] == ("rejected" if rules else "accepted")
        assert (line["bundle_id"] or "") == row["bundle_id"]


def test_a_json_line_is_the_doors_answer(desk: Desk) -> None:
    for lang in ("both", "da", "en"):
        (line,) = desk(BAD, "--format", "json", *([] if lang == "both" else ["--lang", lang])).lines
        verdict = check((ROOT / BAD).read_bytes(), Context(None, date.fromisoformat(DAY)))
        assert list(line) == ["source", "bundle_id", "verdict", "outcome"]
        assert line["outcome"] == operation_outcome(verdict.findings, lang=lang)  # type: ignore[arg-type]


def test_the_sender_may_be_told(desk: Desk) -> None:
    path = SAMPLES / "2026-03-04" / "0751-aarhus" / "03-couple.json"
    assert desk(path).code == 0
    for order in ((path, "--sender-sor", "999990751000001"), ("--sender-sor", "999990751000001", path)):
        ran = desk(*order)
        assert ran.code == 1
        assert "citizen.sor.authorised" in ran.out


def test_after_the_transition_more_is_rejected(desk: Desk) -> None:
    before, after = desk(SAMPLES), desk(SAMPLES, as_of="2027-01-01")
    assert "Efter reglerne pr. 4. marts 2026." in before.out
    assert "efter overgangsperioden" in after.out.splitlines()[0]
    assert "terminology.uuid-only-later" in after.out
    assert "terminology.uuid-only-later" not in before.out


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_standard_input_is_taken_as_it_looks(desk: Desk, packed: bool) -> None:
    def read(text: str) -> list[dict[str, Any]]:
        data = text.encode()
        return desk("-", "--format", "json", stdin=gzip.compress(data) if packed else data).lines

    report = sample("2026-03-02/0461-odense/01-pressure-ulcer.json")
    line, written_out = json.dumps(report), json.dumps(report, indent=2)
    by_entry = line.replace('{"fullUrl"', '\n{"fullUrl"')
    for whole in (line, f"{line}\n", written_out, by_entry, f"\n\n{written_out}\n"):
        assert [(found["source"], found["verdict"]) for found in read(whole)] == [("-", "accepted")]
    for lines in (f"{line}\n{line}", f"{line[:99]}\n{line}\n", f"\n{line}\n\n{{}}\n"):
        assert len(read(lines)) == 2
    assert [found["source"] for found in read(f"{line}\n\n{line}\n")] == ["-:1", "-:3"]
    (empty,) = read("")
    assert empty["outcome"]["issue"][0]["details"]["coding"][0]["code"] == "json.empty"


def test_a_broken_gzip_says_so(desk: Desk) -> None:
    (line,) = desk("-", "--format", "json", stdin=gzip.compress(b"{}" * 999)[:-9]).lines
    assert line["outcome"]["issue"][0]["details"]["coding"][0]["code"] == "file.gzip"


def test_a_folder_is_read_in_order_and_only_its_reports(desk: Desk, tmp_path: Path) -> None:
    data = (ROOT / ONE).read_bytes()
    for name in ("b/2.json", "b/1.JSON", "a.ndjson.gz", "b/.hidden.json", "README.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    sources = [line["source"].removeprefix(f"{tmp_path}/") for line in desk(tmp_path, "--format", "json").lines]
    assert sources == ["a.ndjson.gz:1", "b/1.JSON", "b/2.json"]


def test_an_incremental_delivery_is_one_verdict(desk: Desk, report: dict[str, Any]) -> None:
    profile = "http://fhir.kl.dk/gateway/StructureDefinition/klgateway-care-incremental-delivery"
    whole = {
        "resourceType": "Bundle",
        "id": "7b0f4a52-3f6e-4c7e-9d4b-2f8c6a1e5d30",
        "meta": {"profile": [profile]},
        "type": "collection",
        "timestamp": "2026-03-02T23:45:00+01:00",
        "entry": [{"fullUrl": f"urn:uuid:{report['id']}", "resource": report}],
    }
    assert desk("-", stdin=json.dumps(whole).encode()).code == 0
    report["entry"][1]["resource"]["code"]["coding"][0]["code"] = "no-such-code"
    ran = desk("-", stdin=json.dumps(whole).encode())
    assert ran.code == 1
    assert "Bundle.entry[0].resource.entry[1].resource.code.coding[0].code" in ran.out
