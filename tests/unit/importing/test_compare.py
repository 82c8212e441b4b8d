"""One test is one thing that the next version of a guide changes, and how the comparison tells it."""

from pathlib import Path
from typing import Any

import pytest

from orchestration.conformance.terminology import Terminology
from orchestration.importing import reviewed
from orchestration.importing.code_changes import compare_codes
from orchestration.importing.command import import_profiles
from orchestration.importing.comparison import Comparison
from orchestration.importing.expansion import Expanded
from orchestration.importing.terms import TermsDraft
from tests.unit.importing.packages import package, profile, reference, tiny, value_set

Changed = dict[str, Any]


def told(tmp_path: Path, capsys: pytest.CaptureFixture[str], *resources: Changed, code: int = 1) -> str:
    """What the import of a next version says, compared with records made of the tiny guide."""
    records = tmp_path / "records"
    if not records.joinpath("tiny-1.0.0").exists():
        assert import_profiles([str(package(tmp_path / "old.tgz", *tiny()))], out=str(records)) == 0
    capsys.readouterr()
    new = package(tmp_path / "new.tgz", *resources, version="1.1.0")
    assert import_profiles([str(new)], out=str(tmp_path / "out"), compare=True) == code
    return capsys.readouterr().out


def changed(element: str, **change: Any) -> list[Changed]:
    """The tiny guide with one element of its condition changed."""
    resources = tiny()
    for part in ("snapshot", "differential"):
        for one in resources[1][part]["element"]:
            if one["id"] == element:
                one |= change
    return resources


pytestmark = pytest.mark.usefixtures("records")


def test_changes_of_elements(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(
        tmp_path, capsys, *changed("Condition.severity", binding={"strength": "required", "valueSet": "x/colds"})
    )
    assert "  condition.severity binding: warms here, colds in the package\n" in text
    text = told(tmp_path, capsys, *changed("Condition.subject", **reference("tiny-condition")))
    assert "condition.subject targets: ['patient'] here, ['condition'] in the package" in text
    assert "In our records, not in the package (1)\n  condition.subject.bundled  [bundled-reference]" in text
    text = told(tmp_path, capsys, *changed("Condition.code", max="*"))
    assert "condition.code cardinality: 1..1 here, 1..* in the package" in text
    text = told(tmp_path, capsys, *changed("Condition.onset[x]", type=[{"code": "Period"}]))
    assert "condition.onset[x] type: dateTime here, Period in the package" in text
    text = told(tmp_path, capsys, *changed("Condition.code.coding:main.system", patternUri="urn:new"))
    assert "condition.code.coding:main system: http://example.org/tiny/CodeSystem/colours here, urn:new" in text
    rule = {"key": "tiny-1", "severity": "error", "expression": "code.empty()"}
    text = told(tmp_path, capsys, *changed("Condition.code", constraint=[rule]))
    assert "condition.invariant.tiny-1 severity: warning here, error in the package" in text
    assert "condition.invariant.tiny-1 expression: code.exists() here, code.empty() in the package" in text


def test_new_and_gone_rules_and_profiles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    goal = profile("tiny-goal", "Goal", {"id": "Goal.note", "max": "0"})
    resources = changed("Condition.bodySite", max="*")
    text = told(tmp_path, capsys, resources[1], *resources[2:], goal)
    assert "condition.bodySite.coding.required  [cardinality]" in text
    assert "goal.note.prohibited  [prohibited] Goal.note: max 0" in text
    assert "the profile goal (http://example.org/tiny/StructureDefinition/tiny-goal)" in text
    gone = text.partition("In our records, not in the package")[2]
    assert "condition.bodySite.prohibited" in gone
    assert "patient.active.required" in gone
    assert "the profile patient" in gone


def test_the_same_guide_differs_only_in_codes_that_no_one_recorded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = told(tmp_path, capsys, *tiny())
    assert text.partition("compared with")[2].startswith(" our records of tiny-1.0.0\n\nCodes (1)\n")
    assert "Equal: 22 rules" in text


def test_what_is_reviewed_is_not_to_be_looked_at_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tiny.yml").write_text("differences: {warms: all of them are colours, gone.rule: was odd}\n")
    monkeypatch.setattr(reviewed, "FOLDER", tmp_path)
    text = told(tmp_path, capsys, *tiny(), code=0)
    assert "Nothing to look at" in text
    assert "Reviewed before (1)\n  warms: all of them are colours" in text
    assert "Reviews that fit no difference any more\n  gone.rule" in text


def test_another_spelling_of_a_place_is_the_same_rule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records = tmp_path / "records" / "tiny-1.0.0" / "condition.yml"
    package(tmp_path / "old.tgz", *tiny())
    assert import_profiles([str(tmp_path / "old.tgz")], out=str(tmp_path / "records")) == 0
    text = records.read_text(encoding="utf-8")
    records.write_text(text.replace("condition.onset.type:", "condition.onsetDateTime.type:"), encoding="utf-8")
    capsys.readouterr()
    assert import_profiles([str(tmp_path / "old.tgz")], out=str(tmp_path / "out")) == 1
    assert "  condition.onset.type is condition.onsetDateTime.type" in capsys.readouterr().out


def test_a_new_version_is_compared_only_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told(tmp_path, capsys, *tiny())
    assert import_profiles([str(tmp_path / "new.tgz")], out=str(tmp_path / "out")) == 0
    assert "compared with" not in capsys.readouterr().out


def test_codes_added_and_removed() -> None:
    ours = Terminology(
        members={"set": frozenset({("s", "a"), ("s", "b")}), "part": frozenset({("s", "a"), ("s", "b")})},
        display={("s", "b"): "B"},
    )
    codes = {("s", "a"): "A", ("s", "c"): "C"}
    result = Comparison()
    compare_codes(result, TermsDraft({"set": Expanded(codes), "part": Expanded({}, gaps=["lost"])}, ()), ours)
    assert [one.text for one in result.differences] == ["set: 1 added, of s\nc C", "set: 1 removed, of s\nb B"]
    assert result.notes == ["part could not be read whole: lost."]  # what was not found is not called removed
    assert result.sizes == {"set": (2, 2), "part": (0, 2)}


def test_a_value_set_that_is_only_bound_is_expanded_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dependency = package(tmp_path / "terms.tgz", value_set("warms"), name="example.terms")
    own = [resource for resource in tiny() if resource["resourceType"] == "StructureDefinition"]
    assert import_profiles([str(package(tmp_path / "a.tgz", *own)), str(dependency)], out=str(tmp_path / "out")) == 0
    assert "1 value sets with 0 codes" in capsys.readouterr().out
