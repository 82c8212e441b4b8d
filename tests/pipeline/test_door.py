"""One run takes reports of both doors to releases, through the real job, while the HTTP door stays open."""

import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from orchestration.intake.reading import deliveries
from tests.door.desk import ROOT, TODAY, Desk, Server, deliver

ALL = ROOT / "data" / "samples"
SAMPLES = ALL / "2026-03-02" / "0219-hilleroed"
FIRST = "2026-03-02/0219-hilleroed/01-catheter.json/None"
CODES = ("0219", "0461", "0615", "0751", "0851")


@dataclass
class Through:
    """`answers` are those of the samples, by file name; `meanwhile` the statuses while the run went on."""

    server: Server
    desk: Desk
    token: str
    answers: dict[str, tuple[str, int]] = field(default_factory=dict)
    meanwhile: list[int] = field(default_factory=list)
    in_file: tuple[str, bytes] = ("", b"")
    output: str = ""

    def get(self, name: str, what: str) -> httpx.Response:
        """`$status` or `$receipt` of a report."""
        return httpx.get(
            f"{self.server.url}/fhir/Bundle/{name}/{what}", headers={"Authorization": f"Bearer {self.token}"}
        )

    def put(self, name: str, body: bytes) -> httpx.Response:
        """One delivery."""
        with httpx.Client() as client:
            return deliver(client, self.server.url, self.token, name, body)


@pytest.fixture(scope="module")
def through(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Through]:
    """The samples of all days over HTTP, two files in the drop folder, and the job."""
    folder = tmp_path_factory.mktemp("through")
    desks = {code: Desk(code) for code in CODES}
    desk = desks["0219"]
    with (
        Server(
            folder, list(desks.values()), KLGATEWAY_SETTLE_SECONDS="0", DAGSTER_HOME=str(folder / "dagster")
        ) as server,
        httpx.Client() as client,
    ):
        tokens = {code: one.token(server.url) for code, one in desks.items()}
        found = Through(server, desk, tokens["0219"])
        for path in sorted(ALL.glob("2026-*/*/*")):
            for report in deliveries(path, path.name):
                name = (re.findall(rb'"id": ?"([^"]+)"', report.data) or [b"none"])[0].decode()
                answer = deliver(client, server.url, tokens[path.parent.name[:4]], name, report.data)
                found.answers[f"{path.relative_to(ALL)}/{report.line_number}"] = (name, answer.status_code)
        drop = server.data / "drop" / desk.sender_id
        drop.mkdir(parents=True)
        found.in_file = desk.report("in a file")
        (drop / "new.json").write_bytes(found.in_file[1])
        used = found.answers[FIRST][0]
        other = json.loads(found.in_file[1]) | {"id": used}
        (drop / "used.json").write_text(json.dumps(other))
        _run(found, folder)
        yield found


def _run(found: Through, folder: Path) -> None:
    (folder / "dagster").mkdir()
    shutil.copy(ROOT / ".dagster" / "dagster.yaml", folder / "dagster")
    over = threading.Event()

    def meanwhile() -> None:
        while not over.wait(0.5):
            found.meanwhile.append(found.put(*found.desk.report("meanwhile")).status_code)

    sending = threading.Thread(target=meanwhile)
    sending.start()
    command = [sys.executable, "-m", "tests.pipeline.through_the_door", TODAY.isoformat()]
    try:
        done = subprocess.run(command, cwd=ROOT, env=found.server.env, capture_output=True, text=True, check=False)
    finally:
        over.set()
        sending.join()
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    found.output = done.stdout + done.stderr


def parts(answer: httpx.Response, name: str) -> list[dict[str, Any]]:
    """The parameters of a name, each as part name → value."""
    assert answer.status_code == 200, answer.text
    found = [one for one in answer.json()["parameter"] if one["name"] == name]
    return [{part["name"]: next(v for k, v in part.items() if k != "name") for part in one["part"]} for one in found]


def test_from_the_door_to_a_release_and_status_tells(through: Through) -> None:
    name, status = through.answers[FIRST]
    assert status == 201
    told = through.get(name, "$status")
    (received,), (run,) = parts(told, "received"), parts(told, "run")
    assert (received["way"], received["verdict"], run["day"]) == ("http", "accepted", TODAY.isoformat()) and run["at"]
    assert any(fact["table"].startswith("fct_") and fact["rows"] >= 1 for fact in parts(told, "fact"))
    for release in parts(told, "release"):
        manifest = json.loads(
            (through.server.data / "releases" / release["recipient"] / release["id"] / "manifest.json").read_text()
        )
        assert manifest["created_at"][:19] == release["at"][:19] and "0219" in manifest["municipalities"]
    assert {release["recipient"] for release in parts(told, "release")} >= {"flis"}


def test_the_run_did_not_stop_the_door_and_took_what_was_there(through: Through) -> None:
    assert len(through.meanwhile) > 3 and set(through.meanwhile) == {201}
    with duckdb.connect(str(through.server.data / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute("select door, state, count(*) from raw.submissions group by all").fetchall()
    counts = {(door, state): count for door, state, count in rows}
    accepted = sum(status == 201 for _, status in through.answers.values())
    assert accepted <= counts["http", "accepted"] <= accepted + len(through.meanwhile)
    assert counts["file", "accepted"] == 1 and counts["file", "rejected"] == 1


def test_an_id_is_used_once_over_both_doors(through: Through) -> None:
    name, body = through.in_file
    assert through.put(name, body).status_code == 200
    assert through.put(name, body + b" ").status_code == 409
    (received,) = parts(through.get(name, "$status"), "received")
    assert (received["way"], received["verdict"]) == ("file", "accepted")
    assert through.get(name, "$receipt").json()["meta"]["tag"][0]["code"] == "accepted"
    receipts = through.server.data / "receipts" / through.desk.sender_id / TODAY.isoformat()
    (refused,) = receipts.glob("used.json.*.json")
    assert "deliveryReport.id.new" in refused.read_text()
    assert sorted(path.name.split(".")[0] for path in receipts.glob("*.json")) == ["new", "used"]


def test_the_page_shows_the_way_and_the_files(through: Through) -> None:
    with httpx.Client(base_url=through.server.url) as person:
        person.post("/login", data={"token": through.token})
        listed = person.get(f"/kommune/0219?dag={TODAY.isoformat()}").text
        assert "new.json" in listed and "used.json" in listed
        assert "Ældre leverancer" in listed or through.answers[FIRST][0] in listed
        (address,) = re.findall(r'href="(/leverance/[^"]+)">' + through.in_file[0], listed)
        assert "som fil" in person.get(address).text


def test_no_cpr_outside_the_archive(through: Through) -> None:
    patients = [json.loads(path.read_bytes())["entry"][0]["resource"] for path in SAMPLES.glob("0[123]-*.json")]
    cprs = {one["identifier"][0]["value"].encode() for one in patients}
    assert cprs
    written = [*(through.server.data / "status").glob("*.sqlite"), through.server.log_path]
    written += [
        *(through.server.data / "landing" / "door").glob("index.sqlite*"),
        *(through.server.data / "door").iterdir(),
    ]
    assert len(written) >= 6
    for path in written:
        assert not any(cpr in path.read_bytes() for cpr in cprs), path.name
