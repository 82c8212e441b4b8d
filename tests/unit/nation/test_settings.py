"""One test is one thing that can't be asked of `klgateway generate`, or can't be done: one clear line, nothing left behind."""

import errno
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from orchestration import cli
from orchestration.synthetic.nation import writer
from orchestration.synthetic.nation.municipalities import municipalities
from orchestration.synthetic.nation.paths import paths
from orchestration.synthetic.nation.plan import plan
from orchestration.synthetic.nation.population import people, share_out

REFUSED = [
    (["--citizens", "9999999"], "only 1270854 people of 65 or more"),
    (["--citizens", "many"], "not a whole number"),
    (["--citizens", "0"], "at least 1"),
    (["--days", "0"], "1 to 1100"),
    (["--start", "2020-01-01"], "in force from 2025-07-01"),
    (["--start", "2026-12-20"], "after 2026-12-31"),
    (["--start", "tomorrow"], "not a date"),
    (["--municipalities", "99"], "there are 98"),
    (["--municipalities", "0461,0999"], "no municipality '0999'"),
    (["--faults", "2"], "0 to 1"),
    (["--faults", "nan"], "0 to 1"),
    (["--faults", "some"], "0 to 1"),
    (["--days", "1101"], "1 to 1100"),
    (["--seed", "x"], "not a whole number"),
    (["--municipalities", "0"], "there are 98"),
    (["--municipalities", "0825", "--citizens", "2000"], "live in these municipalities"),
    (["--vendor-mix", "no-such-file.yml"], "No such file"),
]


@pytest.mark.parametrize(
    ("arguments", "why"), REFUSED, ids=lambda value: " ".join(value) if type(value) is list else ""
)
def test_it_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], why: str
) -> None:
    assert cli.main(["generate", "--out", str(tmp_path / "new"), *arguments]) == 2
    told = capsys.readouterr().err
    assert why in told
    assert told.count("\n") == 1
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "text", ["vendors: [", "vendors: []\nswitch: {share: 0, level_shift: 0, of: 0}", "\x00", "vendors: 3"]
)
def test_an_unreadable_mix_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    (tmp_path / "mix.yml").write_text(text)
    assert cli.main(["generate", "--out", str(tmp_path / "new"), "--vendor-mix", str(tmp_path / "mix.yml")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("x")
    assert cli.main(["generate", "--out", str(tmp_path), "--citizens", "1"]) == 2
    assert "something already" in capsys.readouterr().err


def test_a_full_disk_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writer.Shelf, "flush", full)
    asked = ["generate", "--out", str(tmp_path / "new"), "--citizens", "5", "--days", "3", "--municipalities", "1"]
    assert cli.main(asked) == 3
    assert "the disk is full" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def can_mount() -> bool:
    asked = ["unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return (
        shutil.which("unshare") is not None and subprocess.run(asked, capture_output=True, check=False).returncode == 0
    )


@pytest.mark.skipif(not can_mount(), reason="a small disk can't be mounted here")
@pytest.mark.parametrize("size", ["40k", "1m", "3m"])
def test_a_disk_that_really_is_full(tmp_path: Path, size: str) -> None:
    command = f"mount -t tmpfs -o size={size} tmpfs {tmp_path} && {sys.executable} -m orchestration.cli generate "
    command += f"--out {tmp_path}/new --citizens 400 --days 20 --municipalities 5; echo $?; ls -A {tmp_path}"
    asked = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", command]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout == "3\n"
    assert "the disk is full. Nothing was left behind." in done.stderr
    assert done.stderr.count("\n") == 1


def test_every_citizen_of_a_small_island_has_a_number_of_his_own(tmp_path: Path) -> None:
    asked = plan(str(tmp_path / "new"), municipalities="0825", citizens=737)
    numbers = [person.cpr for person in people(asked, asked.municipalities[0], 737)]
    assert len(set(numbers)) == 737


def test_as_many_as_asked_and_never_more_than_there_are(tmp_path: Path) -> None:
    for citizens in (1, 97, 20_000, 290_000, 1_270_854):
        given = share_out(plan(str(tmp_path / "new"), citizens=citizens))
        assert sum(given.values()) == citizens
        assert all(given[m.code] <= m.over_65 for m in municipalities())


@pytest.mark.parametrize("name", paths())
def test_every_code_of_a_care_path_exists_under_its_title(name: str) -> None:
    path = paths()[name]
    for is_new in (True, False):
        for need in path.needs.values():
            need.condition.concept(is_new)
            for help_ in need.help:
                help_.concept(is_new)
        for act in path.acts:
            act.concept(is_new)
            assert act.of in path.needs
