"""One test judges one public example bundle of the guide: accepted, with warnings only. Skipped where the examples are not at hand."""

from datetime import date
from pathlib import Path

import pytest

from orchestration.conformance.check import Context, check

EXAMPLES = sorted((Path(__file__).parents[3] / "shared" / "examples").glob("*.json"))
CONTEXT = Context(sor_codes=None, as_of=date(2026, 3, 2))


@pytest.mark.skipif(not EXAMPLES, reason="the guide's examples are not part of the repository")
@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_example_is_accepted(path: Path) -> None:
    verdict = check(path.read_bytes(), CONTEXT)
    assert verdict.status == "accepted"
    assert {finding.severity for finding in verdict.findings} <= {"warning"}
    assert verdict.rows["citizen"]
