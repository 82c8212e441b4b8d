"""One test puts everything bad beside something good: each bad thing gets its answer, the good is accepted, no byte is lost."""

import csv
import hashlib
import json
import os
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from orchestration.conformance.verdict import Fault, Verdict
from orchestration.intake import judging
from orchestration.intake.drop import scan
from orchestration.intake.judging import judge
from orchestration.intake.landing import arrivals, land_all
from orchestration.intake.quarantine import write_listing
from orchestration.intake.raw import DayLoad, load_day
from orchestration.intake.receipts import write_left_in_drop, write_receipts
from orchestration.intake.senders import load_senders
from orchestration.settings import settings
from orchestration.warehouse import connect
from tests.pipeline.conftest import ROOT

NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)
SENDER = "0461-odense"


class Gateway:
    """A drop folder and all that comes after it, without Dagster and dbt."""

    def __init__(self, root: Path) -> None:
        self.root, self.senders = root, load_senders(settings().senders_path)

    def put(self, place: str, data: bytes) -> Path:
        path = self.root / "drop" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (time.time() - 60,) * 2)
        return path

    def run(self, now: datetime = NOW) -> DayLoad:
        found = scan(self.root / "drop", 5)
        left = land_all(found, self.root / "landing", now)
        write_listing(self.root / "quarantine", self.root / "landing", left, self.senders)
        write_left_in_drop(left, self.senders, self.root / "receipts")
        return self.rerun(now.date())

    def rerun(self, day: date) -> DayLoad:
        landing = self.root / "landing"
        with connect(self.root / "warehouse.duckdb") as connection:
            load = load_day(connection, day, judge(arrivals(landing, day), self.senders, landing, day), "test-secret")
            write_receipts(connection, day, self.root / "receipts")
        return load

    def states(self) -> dict[str, tuple[str, list[str]]]:
        with connect(self.root / "warehouse.duckdb") as connection:
            rows = connection.execute("""
                select file_name, state, list(rule_id order by rule_id) filter (where severity = 'error')
                from raw.submissions left join raw.findings using (submission_id) group by all
            """).fetchall()
        return {name: (state, rules or []) for name, state, rules in rows}

    def table(self, name: str) -> list[tuple[object, ...]]:
        with connect(self.root / "warehouse.duckdb") as connection:
            return connection.execute(f"select * from raw.{name} order by all").fetchall()


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path)


def good_report() -> bytes:
    """An accepted report of the samples."""
    with (ROOT / "data" / "samples" / "expected.csv").open(newline="") as file:
        for e in csv.DictReader(file):
            if e["sender_id"] == SENDER and e["state"] == "accepted" and e["file_name"].endswith(".json"):
                return (ROOT / "data" / "samples" / e["day"] / SENDER / e["file_name"]).read_bytes()
    raise AssertionError("no accepted sample")


def changed(**fields: object) -> bytes:
    bundle = json.loads(good_report())
    bundle["id"] = hashlib.sha256(repr(fields).encode()).hexdigest()[:32]
    bundle.update(fields)
    return json.dumps(bundle).encode()


def test_each_bad_thing_gets_its_answer_and_disturbs_nothing(gateway: Gateway) -> None:
    good = good_report()
    other_ig = {"profile": ["http://fhir.kl.dk/rehab/StructureDefinition/klgateway-140-delivery-report"]}
    unknown = json.loads(changed(language="da"))
    del unknown["language"]
    unknown["entry"][0]["resource"]["meta"]["profile"] = ["http://example.org/unknown"]
    sor = json.loads(good)
    sor["id"] = "sor-of-another"
    for entry in sor["entry"]:
        if entry["resource"]["resourceType"] == "Patient":
            entry["resource"]["managingOrganization"]["identifier"]["value"] = "999990751000001"
    sent = {
        "good.json": good,
        "not-json.json": b"hello",
        "utf8.json": b'{"resourceType":"Bundle\xff"}',
        "duplicate-key.json": b'{"resourceType":"Bundle","id":"a","id":"b"}',
        "huge.json": b'{"resourceType":"' + b"x" * 100_000_000 + b'"}',
        "empty.json": b"",
        "other-ig.json": changed(meta=other_ig),
        "unknown-profile.json": json.dumps(unknown).encode(),
        "unknown-sor.json": json.dumps(sor).encode(),
        "table.csv": b"a;b",
        "broken.json.gz": b"\x1f\x8b no",
    }
    for name, data in sent.items():
        gateway.put(f"{SENDER}/{name}", data)
    (gateway.root / "drop" / SENDER / "folder.json").mkdir()
    gateway.put("nobody/one.json", good)
    gateway.put("loose.json", good)

    load = gateway.run()

    states = gateway.states()
    assert states["good.json"] == ("accepted", [])
    wanted = {
        "not-json.json": "json.syntax",
        "utf8.json": "json.encoding",
        "duplicate-key.json": "json.duplicate-key",
        "huge.json": "json.size",
        "empty.json": "json.empty",
        "other-ig.json": "bundle.ig.unknown",
        "unknown-profile.json": "resource.meta.profile.required",
        "unknown-sor.json": "citizen.sor.authorised",
        "table.csv": "file.type",
        "broken.json.gz": "file.gzip",
    }
    for name, rule_id in wanted.items():
        assert states[name][0] == "rejected", name
        assert rule_id in states[name][1], (name, states[name])
    assert load.states == {"accepted": 1, "rejected": len(wanted), "duplicate": 0, "parked": 0}
    kept = {p.name for p in (gateway.root / "landing" / "objects").rglob("*") if p.is_file()}
    assert kept == {hashlib.sha256(data).hexdigest() for data in sent.values()}
    assert len(list((gateway.root / "receipts" / SENDER / "2026-03-02").glob("*.json"))) == len(sent)
    left = json.loads((gateway.root / "receipts" / SENDER / "left-in-drop.json").read_text())
    assert left["issue"][0]["details"]["coding"][0]["code"] == "file.directory"
    listing = list(csv.DictReader((gateway.root / "quarantine" / "listing.csv").open(newline="")))
    assert [(line["place"], line["rule_id"]) for line in listing] == [
        ("loose.json", "sender.unknown"),
        ("nobody/one.json", "sender.unknown"),
        (f"{SENDER}/folder.json", "file.directory"),
    ]


def test_a_known_id(gateway: Gateway) -> None:
    good = good_report()
    gateway.put(f"{SENDER}/1.json", good)
    gateway.run()
    gateway.put(f"{SENDER}/2-same.json", good)
    gateway.put(f"{SENDER}/3-other.json", good + b" ")
    gateway.run(datetime(2026, 3, 3, 18, 0, tzinfo=UTC))
    states = gateway.states()
    assert states["2-same.json"] == ("duplicate", [])
    assert states["3-other.json"] == ("rejected", ["deliveryReport.id.new"])
    first, again = (next((gateway.root / "receipts" / SENDER).rglob(f"{n}.json.*")) for n in ("1", "2-same"))
    assert json.loads(first.read_text())["issue"] == json.loads(again.read_text())["issue"], "the first answer again"


def test_a_rejected_report_does_not_use_up_its_id(gateway: Gateway) -> None:
    bundle = json.loads(good_report())
    broken = json.dumps(bundle | {"type": "batch"}).encode()
    gateway.put(f"{SENDER}/1.json", broken)
    gateway.put(f"{SENDER}/2.json", json.dumps(bundle).encode())
    gateway.run()
    assert [state for state, _ in gateway.states().values()] == ["rejected", "accepted"]


def test_a_day_run_again_gives_the_same_rows(gateway: Gateway) -> None:
    good = good_report()
    gateway.put(f"{SENDER}/1.json", good)
    gateway.put(f"{SENDER}/2.json", good)
    gateway.put(f"{SENDER}/3.json", b"hello")
    first = gateway.run()
    later = datetime(2026, 3, 3, 18, 0, tzinfo=UTC)
    gateway.put(f"{SENDER}/4.json", good)
    gateway.run(later)
    names = ("submissions", "findings", "citizen", "condition", "planned_intervention")
    before = {name: gateway.table(name) for name in names}
    assert gateway.rerun(DAY).states == first.states, "what came later does not change an earlier day"
    gateway.rerun(later.date())
    assert {name: gateway.table(name) for name in names} == before


def test_a_fault_of_ours_parks_the_report_and_the_next_run_judges_it(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(data: bytes, context: object) -> Verdict:
        return Verdict("fault", bundle_id="b1", fault=Fault("citizen.identifier.required", "KeyError"))

    gateway.put(f"{SENDER}/1.json", good_report())
    with monkeypatch.context() as patched:
        patched.setattr(judging, "check", broken)
        assert gateway.run().states["parked"] == 1
    assert gateway.table("submissions") == []
    assert len(gateway.table("parked")) == 1
    assert gateway.rerun(DAY).states["accepted"] == 1
    assert gateway.table("parked") == []
