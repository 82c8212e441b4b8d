"""One test is one way for a benchmark to end early: it says why, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration.settings import REPOSITORY
from tests.bench import nation_day, scratch
from tests.bench.family import family
from tests.bench.scratch import EXIT_TOO_LITTLE, TooLittle, need

PLENTY = 1_000_000_000_000


@pytest.mark.parametrize("lacking", ["disk", "memory"])
def test_too_little_of_either_is_said_before_anything_is_written(tmp_path: Path, lacking: str) -> None:
    free = {"free_disk": PLENTY, "free_memory": PLENTY, f"free_{lacking}": 2_000_000_000}
    with pytest.raises(TooLittle, match=f"200,000 bundles need .* GB of free {lacking}.* there is 2.0 GB.*Remedy"):
        need(tmp_path, 200_000, **free)
    need(tmp_path, 200_000, free_disk=PLENTY, free_memory=PLENTY)
    assert list(tmp_path.iterdir()) == []


def test_the_command_stops_with_a_code_and_the_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(scratch, "available_memory", lambda: 1_000_000)
    monkeypatch.setattr(
        sys, "argv", ["nation_day", "--bundles", "200", f"--scratch={tmp_path}", f"--results={tmp_path / 'results'}"]
    )
    assert nation_day.main() == EXIT_TOO_LITTLE
    assert "Nothing was started. Remedy" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_one_that_is_stopped_leaves_no_file_and_no_process(tmp_path: Path, stop: signal.Signals) -> None:
    command = [
        sys.executable,
        "-m",
        "tests.bench.nation_day",
        "--bundles=200",
        f"--scratch={tmp_path}",
        f"--results={tmp_path / 'r'}",
    ]
    process = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(
            signal.SIGINT, signal.SIG_DFL
        ),  # a shell's background job ignores it, and its children do
    )
    try:
        members = _with_its_day(process.pid, tmp_path)
        process.send_signal(stop)
        assert process.wait(60) != 0
    finally:
        process.kill()
        process.wait()
    assert list(tmp_path.iterdir()) == [], "no folder, no result"
    assert [pid for pid in members if _is_alive(pid)] == []


def _with_its_day(pid: int, folder: Path) -> list[int]:
    """All of its processes, once the run of the day is among them and has begun to write."""
    for _ in range(1200):
        members = family(pid)
        if len(members) > 1 and list(folder.glob("bench-*/*/day_run.log")):
            return members
        time.sleep(0.1)
    raise AssertionError("the run of the day never began")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
