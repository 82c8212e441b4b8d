"""One test is one way to call `klgateway profiles import`: exit code, one line on what is wrong, and what is on disk."""

from pathlib import Path

import pytest

from orchestration.cli import main
from orchestration.importing import writing
from tests.unit.importing.packages import package, profile, tiny


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["profiles", "import", *map(str, arguments)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_draft_is_written(tmp_path: Path, tiny_package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, tiny_package, "--out", tmp_path / "out")
    assert (code, err) == (0, "")
    assert "2 profiles, 1 extensions, 22 rules (1 to be written as code), 1 value sets with 3 codes" in out
    folder = tmp_path / "out" / "tiny-1.0.0"
    assert sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*.*")) == [
        "condition.yml", "extensions.yml", "guide.yml", "import.yml", "patient.yml",
        "terminology/codes.csv", "terminology/concepts.csv",
    ]  # fmt: skip
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["tiny-1.0.0"]
    rows = (folder / "terminology" / "concepts.csv").read_text(encoding="utf-8").splitlines()
    assert rows[1:3] == ["http://example.org/tiny/CodeSystem/colours,warm,Warm,,0",
                         "http://example.org/tiny/CodeSystem/colours,red,Red,warm,1"]  # fmt: skip


def test_nothing_to_compare_with_is_said(
    tmp_path: Path, tiny_package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, tiny_package, "--out", tmp_path / "out", "--compare")
    assert code == 0
    assert "Nothing to compare with" in out


def test_what_is_missing_is_noted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bare = profile("a", "Patient")
    del bare["snapshot"]
    needs = {"hl7.fhir.r4.core": "4.0.1", "example.more": "2.0.0"}
    _, _, err = run(capsys, package(tmp_path / "a.tgz", bare, dependencies=needs), "--out", tmp_path)
    assert [line.partition("note: ")[2].split()[:3] for line in err.splitlines()] == [
        ["1", "profiles", "have"], ["depends", "on", "example.more"], ["depends", "on", "hl7.fhir.r4.core"]
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["guide", "a b", "..", "import", "a:b", "æ/"])
def test_a_profile_that_can_not_be_a_file_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    made = profile("x", "Patient") | {"url": f"http://example.org/{name}"}
    code, out, err = run(capsys, package(tmp_path / "a.tgz", made), "--out", tmp_path / "out")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert not (tmp_path / "out").exists()


def test_two_profiles_of_one_name_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    twice = profile("x", "Patient"), profile("x", "Patient") | {"url": "http://example.org/other/x"}
    code, _, err = run(capsys, package(tmp_path / "a.tgz", *twice), "--out", tmp_path / "out")
    assert code == 2
    assert "would both be called 'x'" in err


def test_a_folder_that_is_no_draft_is_left_alone(
    tmp_path: Path, tiny_package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "out" / "tiny-1.0.0" / "mine.yml"
    own.parent.mkdir(parents=True)
    own.write_text("precious")
    code, _, err = run(capsys, tiny_package, "--out", tmp_path / "out")
    assert (code, own.read_text()) == (2, "precious")
    assert "is no draft of this command" in err
    (tmp_path / "file").write_text("")
    assert run(capsys, tiny_package, "--out", tmp_path / "file")[0] == 2


def test_a_draft_that_can_not_be_finished_leaves_the_former_one(
    tmp_path: Path, tiny_package: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(capsys, tiny_package, "--out", tmp_path / "out")[0] == 0
    before = (tmp_path / "out" / "tiny-1.0.0" / "patient.yml").read_text()
    rename = Path.rename

    def full(self: Path, target: Path) -> Path:
        if target == tmp_path / "out" / "tiny-1.0.0" and not self.name.endswith(".former"):
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(writing.Path, "rename", full)
    code, _, err = run(capsys, package(tmp_path / "b.tgz", *tiny()[1:]), "--out", tmp_path / "out")
    assert (code, err.count("\n")) == (2, 1)
    assert "No space left" in err
    assert (tmp_path / "out" / "tiny-1.0.0" / "patient.yml").read_text() == before
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["tiny-1.0.0"]
