"""One test is one way in which the disk or the process under the door gives way; what was acknowledged is there afterwards."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from orchestration.intake.ledger.ledger import Ledger
from tests.bench.load import around, closed, run, template
from tests.door.desk import TODAY, Desk, Server, deliver
from tests.door.test_answers import codes
from tests.faults import door as kills


def test_killed_at_random_moments_nothing_acknowledged_is_lost() -> None:
    """The long form: `python -m tests.faults.door` (500 kills)."""
    (Path.cwd() / "data").mkdir(exist_ok=True)
    found = kills.run(6, 11, 2)
    assert found.is_well and found.acknowledged > 20, found


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 100 MB: one segment, and little else."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=100m", "none", folder], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("only root may mount a disk that is full")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_is_503_and_is_over_when_there_is_room(small_disk: Path, client: httpx.Client) -> None:
    desk = Desk("0219")
    with Server(small_disk, [desk]) as server:
        token = desk.token(server.url)
        before, during, after = desk.report("1"), desk.report("2"), desk.report("3")
        assert deliver(client, server.url, token, *before).status_code == 201
        filler = small_disk / "filler"
        with filler.open("wb") as file:
            try:
                while True:
                    os.write(file.fileno(), bytes(1 << 16))
            except OSError:
                pass
        refused = [desk.report(f"full {number}") for number in range(40)]
        answers = [deliver(client, server.url, token, *one) for one in [during, *refused]]
        full = [answer for answer in answers if answer.status_code == 503]
        assert full and codes(full[-1]) == ["door.store.unavailable"] and int(full[-1].headers["retry-after"]) > 0
        assert deliver(client, server.url, token, *before).status_code in (200, 503)
        assert client.get(f"{server.url}/health").status_code == 200
        filler.unlink()
        again = [deliver(client, server.url, token, *one).status_code for one in [before, during, *refused, after]]
        assert set(again) == {200, 201} and again[0] == 200 and again[-1] == 201
        ids = [entry.report_id for entry, _ in Ledger(server.data / "landing", writes=False).entries(TODAY)]
        assert sorted(ids) == sorted(name for name, _ in [before, during, *refused, after])


def test_two_workers_share_the_landing(tmp_path: Path) -> None:
    desk = Desk("0219")
    with Server(tmp_path, [desk], workers=2) as server:
        token = desk.token(server.url)
        shots = [template(f"127.0.0.1:{server.port}", token, body, name) for name, body in map(desk.report, "abcdefgh")]
        found = run(closed(server.port, around(shots), 2.0, 16))
        assert set(found.statuses) == {201}
        entries = [entry for entry, _ in Ledger(server.data / "landing", writes=False).entries(TODAY)]
        assert len(entries) == len({entry.report_id for entry in entries}) == found.statuses[201]
        assert [e.received_at for e in entries] == sorted(e.received_at for e in entries)
