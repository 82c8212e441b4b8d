"""One test is one way in which a disk or a second run gets in the way: the former release stands, and the fault is named."""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orchestration.publishing.audit_check import check_audit
from orchestration.publishing.candidate import read_candidate
from orchestration.publishing.catalogue import write_catalogue
from orchestration.publishing.home import latest, releases_in
from orchestration.publishing.release import ReleaseError, release
from orchestration.publishing.report import read_report
from orchestration.publishing.verification import verify
from tests.unit.publishing.conftest import House

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
MEGABYTE = 1 << 20
ROOT = Path(__file__).parents[3]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes. Skipped where nobody may mount one."""
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no tmpfs can be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def on(disk: Path, released: House) -> House:
    """The installation with its releases, log and key on that disk, and something new to release."""
    for name in ("releases", "audit", "keys"):
        subprocess.run(["cp", "-a", str(released.root / name), str(disk / name)], check=True)
    house = House(released.root, None)
    house.releases = disk / "releases"
    house.publisher.audit.directory = disk / "audit"
    house.publisher.audit.path = disk / "audit" / "audit.ndjson"
    house.nation.citizen("0461", "nursing")
    house.nation.sql("update marts.dim_citizen set sex_code = 'x' where municipality_code = '0615'")
    house.gate()
    return house


def attempt(house: House, second: int) -> object:
    candidate, report = read_candidate(house.candidates, "flis"), read_report(house.candidates, "flis")
    at = NOW + timedelta(seconds=second)
    return release(candidate, report, house.agreement(), house.releases, house.publisher, now=at)


def fill(disk: Path, leave: int) -> None:
    """Leave so many bytes free."""
    free = int(subprocess.run(["df", "-B1", "--output=avail", disk], capture_output=True, check=True).stdout.split()[1])
    (disk / "filler").write_bytes(b"x" * max(free - leave, 0))


def test_a_full_disk_leaves_the_former_release_and_is_named(small_disk, released) -> None:
    house = on(small_disk, released)
    former, failed, done = latest(house.releases, "flis"), 0, None
    for second, leave in enumerate((0, 4_096, 8_192, 16_384, 32_768, 49_152, 65_536, 98_304, 131_072, MEGABYTE)):
        fill(small_disk, leave)
        try:
            done = attempt(house, second)
        except ReleaseError as error:
            failed += 1
            assert "is full: nothing was released, the former release stands" in str(error)
            assert latest(house.releases, "flis") == former and verify(former) == ()
            assert len(releases_in(house.releases / "flis")) == 2
        (small_disk / "filler").unlink()
        if done:
            break
    assert failed >= 3 and done and done.status == "released"
    assert latest(house.releases, "flis") == done.directory and verify(done.directory) == ()
    assert check_audit(house.publisher.audit, house.releases)[1] == ()


def test_a_catalogue_on_a_full_disk_stays_the_former_one(small_disk, released) -> None:
    house = on(small_disk, released)
    write_catalogue(house.releases, house.publisher.audit, now=NOW)
    before = (house.releases / "index.html").read_bytes()
    fill(small_disk, 0)
    with pytest.raises(OSError, match="No space left"):
        write_catalogue(house.releases, house.publisher.audit, now=NOW + timedelta(days=1))
    assert (house.releases / "index.html").read_bytes() == before


def _one_run(root: Path, second: int, said: "multiprocessing.Queue[str]") -> None:
    said.put(attempt(House(root, None), second).status)  # type: ignore[attr-defined]


def test_two_runs_at_once_make_one_release(released) -> None:
    released.nation.citizen("0461", "nursing")
    released.gate()
    context = multiprocessing.get_context("spawn")
    said = context.Queue()
    runs = [context.Process(target=_one_run, args=(released.root, second, said)) for second in (1, 2, 3)]
    for run in runs:
        run.start()
    assert sorted(said.get(timeout=60) for _ in runs) == ["released", "unchanged", "unchanged"]
    for run in runs:
        run.join()
    found = releases_in(released.releases / "flis")
    assert len(found) == 3 and not any(verify(path) for path in found)
    assert latest(released.releases, "flis") == found[-1]
    assert check_audit(released.publisher.audit, released.releases)[1] == ()


def test_a_former_release_that_may_not_be_looked_into_is_named_and_followed(released) -> None:
    """In a process that the bits of a mode hold for, which they don't for an ordinary root."""
    former = latest(released.releases, "flis")
    former.chmod(0)
    script = f"from tests.unit.publishing.test_bad_disk import *; print(attempt(House(Path({str(released.root)!r}), None), 1).notes)"
    bound = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.getuid() == 0 else []
    command = [*bound, sys.executable, "-c", script]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{former.name}: manifest.json is missing or can't be read" in done.stdout
    now = latest(released.releases, "flis")
    assert now != former and verify(now) == ()
    former.chmod(0o755)
    assert verify(former) == ()
