"""One test runs one shipped report through the check with its sender's SOR code: it must end as `expected.csv` says."""

import csv
import gzip
from datetime import date

import pytest

from orchestration.conformance.check import Context, check
from orchestration.synthetic.identities import sor_code_for_tests
from orchestration.synthetic.samples import SAMPLES

BY_INTAKE = "deliveryReport.id.new"
"""Whether a Bundle id was used before is not the check's to know; neither are duplicates."""

with (SAMPLES / "expected.csv").open(encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file))


@pytest.mark.parametrize(
    "row", ROWS, ids=[f"{r['day'][8:]}-{r['sender_id']}-{r['file_name']}-{r['line_number']}" for r in ROWS]
)
def test_outcome(row: dict[str, str]) -> None:
    data = (SAMPLES / row["day"] / row["sender_id"] / row["file_name"]).read_bytes()
    data = gzip.decompress(data) if row["file_name"].endswith(".gz") else data
    if row["line_number"]:
        data = data.splitlines()[int(row["line_number"]) - 1]
    sor_codes = frozenset({sor_code_for_tests(row["sender_id"][:4])})
    verdict = check(data, Context(sor_codes=sor_codes, as_of=date.fromisoformat(row["day"])))
    errors = {finding.rule_id for finding in verdict.findings if finding.severity == "error"}
    expected = set(row["rule_ids"].split(";")) - {BY_INTAKE, ""}
    assert errors == expected
    assert verdict.status == ("rejected" if expected else "accepted")
    assert bool(verdict.rows) is not bool(expected)
    assert (verdict.bundle_id or "") == row["bundle_id"]
