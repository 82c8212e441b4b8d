"""One test is one thing that `klgateway generate --check` must see, or must not be misled by."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from orchestration import cli

Lines = list[dict[str, object]]


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nation") / "small"
    asked = ["--municipalities", "0461,0751", "--citizens", "40", "--days", "8", "--seed", "6", "--faults", "0.2"]
    assert cli.main(["generate", "--out", str(folder), *asked]) == 0
    return folder


@pytest.fixture
def judged(nation: Path, capsys: pytest.CaptureFixture[str]) -> Lines:
    capsys.readouterr()
    assert cli.main(["validate", "--format", "json", str(nation / "deliveries")]) == 1
    return [msgspec.json.decode(line) for line in capsys.readouterr().out.splitlines()]


def checked(nation: Path, lines: Lines, where: Path) -> int:
    (where / "judged.jsonl").write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
    return cli.main(["generate", "--out", str(nation), "--check", str(where / "judged.jsonl")])


def test_the_desk_agrees_with_the_truth(
    nation: Path, judged: Lines, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checked(nation, judged, tmp_path) == 0
    assert "No difference" in capsys.readouterr().out


def _forgets_a_report(lines: Lines) -> None:
    del lines[3]


def _accepts_a_fault(lines: Lines) -> None:
    line = next(line for line in lines if line["verdict"] == "rejected")
    line |= {"verdict": "accepted", "outcome": {"issue": []}}


def _refuses_a_good_one(lines: Lines) -> None:
    next(line for line in lines if line["verdict"] == "accepted")["verdict"] = "rejected"


@pytest.mark.parametrize("wrong", [_forgets_a_report, _accepts_a_fault, _refuses_a_good_one])
def test_a_mistake_of_the_platform_is_seen(
    nation: Path, judged: Lines, tmp_path: Path, wrong: Callable[[Lines], None]
) -> None:
    wrong(judged)
    assert checked(nation, judged, tmp_path) == 1


@pytest.mark.parametrize("text", ["", "not json\n", "{}\n", "[1]\n"])
def test_what_is_no_result_is_refused(
    nation: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (tmp_path / "result").write_text(text)
    assert cli.main(["generate", "--out", str(nation), "--check", str(tmp_path / "result")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_without_a_nation_or_a_result_nothing_is_compared(nation: Path, tmp_path: Path) -> None:
    assert cli.main(["generate", "--out", str(tmp_path), "--check", str(tmp_path)]) == 2
    assert cli.main(["generate", "--out", str(nation), "--check", str(tmp_path / "none")]) == 2
