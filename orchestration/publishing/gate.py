"""One gate run judges one candidate with Great Expectations, on the bytes that would be shipped.

Three phases: the whole candidate; where an expectation of the municipality level failed, each municipality alone, to
find whose fault it is; then what remains without those municipalities. The last is the verdict.
No value leaves: see examiner.py. The libraries' own logs are silent while it runs.
"""

import tempfile
from datetime import datetime
from pathlib import Path

from orchestration.durable import ASIDE
from orchestration.publishing import parquet
from orchestration.publishing.agreement import Agreement
from orchestration.publishing.candidate import Candidate, CandidateError
from orchestration.publishing.examiner import Examiner
from orchestration.publishing.former import Former, read_former
from orchestration.publishing.localise import Fault, Results, blame, failures, note, product_gates, refusals, reporting
from orchestration.publishing.quiet import quiet
from orchestration.publishing.report import GateReport, write_report
from orchestration.publishing.reports_gate import report_faults, reports_gate


def run_gate(candidate: Candidate, agreement: Agreement, releases_dir: Path, *, now: datetime) -> GateReport:
    """Judge the candidate by the agreement's suites and the recipient's former release; write gate.json beside it.

    Raises CandidateError when the candidate was made under other terms or its files were changed since.
    """
    if candidate.agreement_sha256 != agreement.sha256:
        raise CandidateError(f"The agreement of {candidate.recipient} changed. Remedy: write the candidate again.")
    if any(parquet.sha256(candidate.path(product)) != product.sha256 for product in candidate.products):
        raise CandidateError(f"A file of the candidate of {candidate.recipient} changed. Remedy: write it again.")
    former = read_former(releases_dir, candidate)
    with quiet(), tempfile.TemporaryDirectory(dir=candidate.directory, prefix=f"{ASIDE}gate-") as scratch:
        whole, faults, engine = _judge_whole(candidate, agreement, former, Path(scratch))
        faults += (unfit := report_faults(candidate))
        withheld = blame(candidate, former, faults)
        codes = [one.municipality_code for one in withheld]
        remaining = set(candidate.municipalities) - set(codes)
        released = whole
        if withheld and remaining:
            with Examiner(candidate, agreement, former, Path(scratch) / "remaining.duckdb", codes) as examiner:
                released = _run_all(examiner, candidate, agreement)
    left = [fault for fault in unfit if fault.municipality_code not in codes]
    failing = failures(agreement, released, "dataset", "municipality") + [(f.model, f.expectation.id) for f in left[:1]]
    report = GateReport(
        recipient=candidate.recipient,
        agreement_id=candidate.agreement_id,
        agreement_version=candidate.agreement_version,
        agreement_sha256=candidate.agreement_sha256,
        candidate_digest=candidate.digest,
        former_release_id=former.release_id,
        cut_off_on=candidate.cut_off_on,
        judged_at=now,
        engine=engine,
        refusals=refusals(failing, withheld, nothing_remains=not remaining),
        withheld=withheld,
        noted=note(faults, codes),
        products=product_gates(candidate, agreement, whole, released) + reports_gate(candidate, unfit, left),
    )
    write_report(report, candidate.directory)
    return report


def _run_all(examiner: Examiner, candidate: Candidate, agreement: Agreement) -> Results:
    return {p.model: examiner.run(p.model, agreement.suites[p.model].expectations) for p in candidate.products}


def _judge_whole(
    candidate: Candidate, agreement: Agreement, former: Former, scratch: Path
) -> tuple[Results, list[Fault], str]:
    """Phases one and two: every expectation on the whole, then on each municipality those of its level that failed, and the
    warnings (a warning names whom it is about; it withholds nobody)."""
    with Examiner(candidate, agreement, former, scratch / "whole.duckdb") as examiner:
        whole = _run_all(examiner, candidate, agreement)
        failed = failures(agreement, whole, "municipality", "warning")
        faults: list[Fault] = []
        for product in candidate.products:
            suspects = [e for e in agreement.suites[product.model].expectations if (product.model, e.id) in failed]
            codes = sorted(reporting(candidate, former)[product.model])
            found = examiner.localise(product.model, suspects, codes) if suspects else {}
            of = {e.id: e for e in suspects}
            faults += [Fault(code, product.model, of[id_], f) for (code, id_), f in found.items() if not f.success]
        return whole, faults, examiner.version
