"""One test is one promise about the official packages, where they lie beside the repository: they agree with our records."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from orchestration.conformance.terminology import terminology
from orchestration.importing.code_changes import compare_codes
from orchestration.importing.command import drafts, import_profiles
from orchestration.importing.committed import committed_guide
from orchestration.importing.comparison import Comparison, compare_guides, drafted_rules
from orchestration.importing.library import library
from orchestration.importing.package import read_package
from orchestration.importing.reviewed import reviewed, split
from orchestration.importing.terms import TermsDraft

SHARED = Path(__file__).parents[4] / "shared"
NAMES = ("kl.dk.fhir.gateway-1.2.0.tgz", "hl7.fhir.dk.core-3.2.0.tgz", "kl.dk.fhir.term-2.2.0.tgz")
PACKAGES = [SHARED / "ig" / name for name in NAMES]
COUNTS = SHARED / "spec" / "valueset_counts.csv"
NOT_BOUND = {"condition-category", "identifier-use"}
"""Value sets of R4 that the guide's profiles don't bind (preferred, or one value is fixed)."""

pytestmark = pytest.mark.skipif(
    not all(path.is_file() for path in PACKAGES), reason="the official packages are not here"
)


@pytest.fixture(scope="module")
def compared() -> tuple[Comparison, TermsDraft]:
    guide, terms = drafts(library([read_package(path) for path in PACKAGES]))
    ours = committed_guide("http://fhir.kl.dk/gateway", "1.2.0")
    assert ours is not None
    result = compare_guides(guide, ours)
    compare_codes(result, terms, terminology())
    assert len(drafted_rules(guide)) == sum(result.equal.values()) + 12
    return result, terms


def test_rules_agree(compared: tuple[Comparison, TermsDraft]) -> None:
    result, _ = compared
    assert result.equal == Counter(
        {"prohibited": 246, "cardinality": 98, "invariant": 33, "binding": 31, "fixed": 20,
         "reference-target": 17, "bundled-reference": 15, "format": 14}
    )  # fmt: skip
    assert result.renamed == [
        ("completedIntervention.performed.required", "completedIntervention.performedDateTime.required")
    ]
    assert sorted(result.stated) == [
        "citizen.active.max", "condition.severity.max", "generalEncounter.reasonReference.cardinality"
    ]  # fmt: skip


def test_every_difference_is_reviewed_and_every_review_fits(compared: tuple[Comparison, TermsDraft]) -> None:
    fresh, known, stale = split(compared[0], reviewed("care"))
    assert (fresh, stale) == ([], [])
    assert {one.group for one in known} == {"In the package, not in our records", "Codes"}


@pytest.mark.skipif(not COUNTS.is_file(), reason="the counts are not here")
def test_value_sets_have_their_sizes(compared: tuple[Comparison, TermsDraft]) -> None:
    with COUNTS.open(encoding="utf-8", newline="") as file:
        sizes = {row["value_set"].rsplit("/", 1)[-1]: int(row["codes"]) for row in csv.DictReader(file)}
    drafted = {name: len(expanded.codes) for name, expanded in compared[1].value_sets.items()}
    assert {name: drafted.get(name) for name in sizes if name not in NOT_BOUND} == {
        name: size for name, size in sizes.items() if name not in NOT_BOUND
    }


def test_the_command_has_nothing_to_tell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert import_profiles([str(path) for path in PACKAGES], out=str(tmp_path)) == 0
    captured = capsys.readouterr()
    assert "Nothing to look at" in captured.out
    assert captured.err == ""


def test_without_the_packages_it_depends_on_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert import_profiles([str(PACKAGES[0])], out=str(tmp_path)) == 1
    captured = capsys.readouterr()
    assert captured.err.count("was not given") == 2
    assert "citizen.identifier.value.cpr" in captured.out
