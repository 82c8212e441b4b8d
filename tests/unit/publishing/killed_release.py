"""One run kills a release, and a candidate, again and again at calls that change the disk, and looks at what is left.

Run by test_release.py: `killed_release.py <house>`. A fork per kill: the child dies by SIGKILL at its nth call.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from orchestration.publishing.agreement import load_agreement
from orchestration.publishing.candidate import CandidateError, read_candidate
from orchestration.publishing.extract import write_candidate
from orchestration.publishing.home import latest
from orchestration.publishing.manifest import read_manifest
from orchestration.publishing.parquet import sha256
from orchestration.publishing.release import release
from orchestration.publishing.report import read_report
from orchestration.publishing.verification import verify
from orchestration.warehouse import connect

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)


def die_at(nth: int) -> None:
    """From now on, this process dies instead of its nth call that puts something on disk."""
    calls = 0

    def dying(original: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            nonlocal calls
            calls += 1
            if calls == nth:
                os.kill(os.getpid(), signal.SIGKILL)
            return original(*args, **kwargs)

        return call

    os.fsync = dying(os.fsync)
    for name in ("rename", "symlink_to", "write_bytes", "mkdir", "unlink"):
        setattr(Path, name, dying(getattr(Path, name)))
    shutil.copyfile = dying(shutil.copyfile)


def in_child(work: Callable[[], None], nth: int) -> bool:
    """Do the work in a child that dies at its nth step; whether it lived to the end."""
    child = os.fork()
    if child == 0:
        die_at(nth)
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed by itself"
    return not os.WIFSIGNALED(status)


def check_releases(home: Path, former: str | None) -> None:
    """Whatever a reader can see is whole; and the latest is the former one or the new one."""
    for path in home.iterdir():
        if path.name[0].isdigit():
            assert verify(path) == (), f"{path.name} is visible and not whole"
    now = latest(home.parent, home.name)
    assert (now is not None) or former is None
    if now is not None and now.name != former:
        assert read_manifest(now).withheld_codes == ["0615"]


def main(root: Path) -> None:
    """Kill the release at every step, then the candidate at every fifth; print how often the release was killed."""
    expectations, candidates, releases = root / "expectations", root / "candidates", root / "releases"
    agreement = load_agreement(expectations, "flis")
    home = releases / "flis"
    before = latest(releases, "flis")
    former = before.name if before else None
    kept = root / "kept"
    home.mkdir(parents=True, exist_ok=True)
    shutil.copytree(home, kept, symlinks=True)

    def publish() -> None:
        candidate, report = read_candidate(candidates, "flis"), read_report(candidates, "flis")
        at = NOW + timedelta(seconds=nth)
        release(candidate, report, agreement, releases, now=at, software_version="0.1.0")

    nth, lived = 0, False
    while not lived:
        nth += 1
        shutil.rmtree(home)
        shutil.copytree(kept, home, symlinks=True)
        lived = in_child(publish, nth)
        check_releases(home, former)
        assert in_child(publish, 10_000)
        check_releases(home, former)
        visible = [path.name for path in home.iterdir() if not path.name.startswith(".lock")]
        assert len(visible) == (3 if former else 2), f"one new release, `latest`, the former one: {visible}"
        assert read_manifest(latest(releases, "flis")).withheld_codes == ["0615"]
    kills = nth - 1

    def extract() -> None:
        with connect(root / "warehouse.duckdb", read_only=True) as connection:
            write_candidate(connection, agreement, candidates)

    nth, lived = -4, bool(former)  # once is enough: a candidate knows no former one
    while not lived:
        nth += 5
        lived = in_child(extract, nth)
        try:
            candidate = read_candidate(candidates, "flis")
        except CandidateError:
            continue
        assert all(sha256(candidate.path(product)) == product.sha256 for product in candidate.products)
    print(kills)  # noqa: T201  the answer to the test


if __name__ == "__main__":
    main(Path(sys.argv[1]))
