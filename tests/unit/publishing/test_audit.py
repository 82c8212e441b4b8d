"""One test is one thing that the audit log must tell, or one way of changing it that must be found."""

import hashlib
import json
import multiprocessing
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from orchestration.cli import main
from orchestration.publishing import commands
from orchestration.publishing.agreement import load_agreements
from orchestration.publishing.audit import LOG, Actor, AuditError, AuditLog
from orchestration.publishing.audit_check import check_audit
from orchestration.publishing.home import latest
from orchestration.publishing.switches import note_switches
from orchestration.publishing.withdrawal import withdraw
from tests.unit.publishing.conftest import at


@pytest.fixture
def log(released) -> Path:
    """The log of an installation with two releases and a refusal."""
    released.edit("flis/agreement.yml", "status: on", "status: off")
    note_switches(load_agreements(released.expectations, on=at(9).date()), released.publisher, at(11))
    return released.root / "audit" / LOG


def faults(house) -> list[str]:
    return [fault.en for fault in check_audit(AuditLog(house.root / "audit"), house.releases)[1]]


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def test_a_release_has_a_line_with_all_that_one_must_know(released, log) -> None:
    told = [json.loads(line) for line in lines(log)]
    assert [entry["event"] for entry in told[:3]] == ["key", "released", "released"]
    assert [entry["sequence"] for entry in told] == list(range(1, len(told) + 1))
    entry, release = told[2], latest(released.releases, "flis")
    assert entry["actor"] == {"user": "tester", "run": None} and entry["recipient"] == "flis"
    details = entry["details"]
    assert details["release_id"] == release.name
    assert details["manifest_sha256"] == hashlib.sha256((release / "manifest.json").read_bytes()).hexdigest()
    assert details["agreement"] == {"id": "klg-flis", "version": 1, "sha256": details["agreement"]["sha256"]}
    submissions = details["submissions"]
    assert (submissions["count"], submissions["first_submission_id"], submissions["last_submission_id"]) == (
        3,
        "s1",
        "s3",
    )
    assert submissions["sha256"] == hashlib.sha256(b"s1\ns2\ns3\n").hexdigest()
    assert details["products"]["dim_municipality"] == 98
    manifest = json.loads((release / "manifest.json").read_text())
    assert manifest["audit"] == {"sequence": 2, "hash": told[1]["hash"]}
    assert manifest["source_submissions"] == submissions
    assert faults(released) == []


def test_switches_of_agreements_are_told_once(released, log) -> None:
    switched = [json.loads(line) for line in lines(log)[3:]]
    assert {entry["recipient"]: entry["details"]["now"]["status"] for entry in switched}["flis"] == "off"
    agreements = load_agreements(released.expectations, on=at(9).date())
    assert note_switches(agreements, released.publisher, at(12)) == []
    released.edit("flis/agreement.yml", "status: off", "status: on")
    shutil.rmtree(released.expectations / "sds_health")
    again = load_agreements(released.expectations, on=at(9).date())
    assert note_switches(again, released.publisher, at(12)) == ["flis", "sds_health"]
    last = [json.loads(line)["details"] for line in lines(log)[-2:]]
    assert (last[0]["before"]["status"], last[0]["now"]["status"]) == ("off", "on")
    assert last[1]["now"] == {"status": "removed"}
    assert faults(released) == []


def test_a_changed_line_is_found(released, log) -> None:
    text = lines(log)
    text[1] = text[1].replace(b'"rows"', b'"ROWS"').replace(b'"flis"', b'"dst_"', 1)
    log.write_bytes(b"".join(text))
    assert "audit.ndjson, line 2, was changed" in faults(released)


def test_a_changed_line_with_a_hash_of_its_own_is_found_by_the_next_one(released, log) -> None:
    text = lines(log)
    start = text[1].replace(b'"tester"', b'"nobody"')[: -len(b',"hash":"') - 64 - len(b'"}\n')]
    text[1] = start + b',"hash":"' + hashlib.sha256(start).hexdigest().encode() + b'"}\n'
    log.write_bytes(b"".join(text))
    assert "audit.ndjson, line 3, does not continue the line before it" in faults(released)


def test_a_removed_and_a_reordered_line_are_found(released, log) -> None:
    text = lines(log)
    log.write_bytes(b"".join(text[:1] + text[2:]))
    assert "audit.ndjson line 2: number 3 stands here, where number 2 should (removed or moved)" in faults(released)
    log.write_bytes(b"".join([text[0], text[2], text[1], *text[3:]]))
    found = faults(released)
    assert "audit.ndjson line 2: number 3 stands here, where number 2 should (removed or moved)" in found
    assert "audit.ndjson line 3: number 2 stands here, where number 4 should (removed or moved)" in found


def test_a_log_that_was_cut_off_or_written_anew_is_found_by_the_releases(released, log) -> None:
    text, release = lines(log), latest(released.releases, "flis")
    log.write_bytes(b"".join(text[:2]))
    assert faults(released) == [f"{release.name} has no line (released) in the log"]
    log.write_bytes(b"".join(text[:1]))
    assert f"{release.name} knows line 2 of the log: it is gone now or another (cut off or written anew)" in faults(
        released
    )
    log.unlink()
    assert len(faults(released)) >= 4, "two releases, each without key, line and anchor"
    other = AuditLog(released.root / "audit")
    for entry in map(json.loads, text):
        other.append(entry["event"], entry["recipient"], entry["details"], at=at(13), actor=Actor("nobody"))
    found = faults(released)
    assert found and all("cut off or written anew" in fault for fault in found)


def test_a_release_that_was_taken_away_or_slipped_in_is_found(released, log) -> None:
    first, second = sorted(path for path in (released.releases / "flis").iterdir() if path.name[0] == "2")
    first.rename(released.root / "elsewhere")
    assert faults(released) == [f"flis/{first.name} is gone, and the log does not say why"]
    (released.root / "elsewhere").rename(first)
    text = lines(log)
    log.write_bytes(b"".join(text[:2]) + b"".join(text[3:]))
    assert f"{second.name} has no line (released) in the log" in faults(released)


def test_a_refusal_without_a_line_is_found(released, log) -> None:
    (released.releases / "flis" / "failed").mkdir()
    (released.releases / "flis" / "failed" / "20260305T100000Z-00000000.json").write_text("{}")
    assert faults(released) == ["The refusal flis/failed/20260305T100000Z-00000000.json has no line in the log"]


def test_half_a_line_is_kept_beside_the_log_and_told_of(released, log) -> None:
    text = log.read_bytes()
    whole = len(lines(log))
    log.write_bytes(text + b'{"sequence":99,"at":"2026')
    assert faults(released) == [
        f"audit.ndjson, line {whole + 1}, breaks off (a process was killed); the next line mends it"
    ]
    withdraw(released.releases, "flis", latest(released.releases, "flis").name, "Prøve", released.publisher, now=at(14))
    (torn,) = log.parent.glob("*.torn")
    assert torn.read_bytes() == b'{"sequence":99,"at":"2026'
    told = json.loads(lines(log)[whole])
    assert told["event"] == "torn" and told["details"]["file"] == torn.name and told["details"]["bytes"] == 25
    assert faults(released) == []


def test_nothing_is_added_to_a_log_whose_end_is_not_ours(released, log) -> None:
    with log.open("ab") as file:
        file.write(b'{"sequence":99}\n')
    before = log.read_bytes()
    with pytest.raises(AuditError, match="klgateway audit verify"):
        released.publisher.record("refused", "flis", at(15))
    assert log.read_bytes() == before


def _append(directory: Path, name: str) -> None:
    log = AuditLog(directory)
    for number in range(40):
        log.append("refused", "flis", {"number": number}, at=at(1) + timedelta(seconds=number), actor=Actor(name))


def test_two_processes_at_once_make_one_chain(tmp_path) -> None:
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_append, args=(tmp_path / "audit", name)) for name in ("one", "two")]
    for process in both:
        process.start()
    for process in both:
        process.join()
    log = AuditLog(tmp_path / "audit")
    assert check_audit(log, tmp_path / "releases") == (80, ())
    users = [entry.actor.user for entry in log.entries()]
    assert users.count("one") == users.count("two") == 40


def test_the_command_tells_each_fault_and_its_exit_code(released, log, monkeypatch, capsys) -> None:
    where = type("Settings", (), {"audit_dir": log.parent, "releases_dir": released.releases})
    monkeypatch.setattr("orchestration.settings.settings", lambda: where)
    assert main(["audit", "verify"]) == 0
    assert "linjer, i orden · " in capsys.readouterr().out
    log.write_bytes(b"".join(lines(log)[1:]))
    assert main(["audit", "verify"]) == 1
    assert "skulle stå (fjernet eller flyttet) · " in capsys.readouterr().out
    assert commands.COMMANDS[-1] == "audit"
