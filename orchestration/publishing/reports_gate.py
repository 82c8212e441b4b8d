"""One judgement of reports is our own checker's, of each CareIncrementalDelivery as it would be sent: an error withholds its sender."""

from datetime import date

from orchestration.publishing.candidate import Candidate
from orchestration.publishing.fhir_file import NAME
from orchestration.publishing.localise import Fault
from orchestration.publishing.records import Text
from orchestration.publishing.report import Found, Outcome, ProductGate, Words
from orchestration.publishing.suite import Expectation

CONFORMANT = Expectation(
    id="reports.conformant",
    type="unexpected_rows_expectation",
    kwargs={},
    level="municipality",
    reason=Text(
        da="Det, der sendes, skal overholde vejledningen, også efter at det, modtageren ikke må få, er taget ud.",
        en="What is sent must keep to the guide, also after what the recipient may not have was taken out.",
    ),
    reviewed_on=date(2026, 11, 26),
)
"""Judged by orchestration/conformance with every rule of the door; Great Expectations has no say in FHIR."""


def report_faults(candidate: Candidate) -> list[Fault]:
    """The municipalities whose reports, as they would be sent, break a rule, with the number of findings."""
    slices = candidate.reports.slices if candidate.reports else ()
    return [
        Fault(one.municipality_code, NAME, CONFORMANT, Found(False, sum(one.faults.values())))
        for one in slices
        if one.faults
    ]


def reports_gate(candidate: Candidate, faults: list[Fault], left: list[Fault]) -> tuple[ProductGate, ...]:
    """The outcome on all reports and on those that remain; nothing where the recipient gets none."""
    if candidate.reports is None:
        return ()
    e = CONFORMANT
    outcome = Outcome(
        id=e.id,
        type=e.type,
        level=e.level,
        reason=Words(e.reason.da, e.reason.en),
        reviewed_on=e.reviewed_on,
        whole=_found(faults),
        released=_found(left),
    )
    return (ProductGate(NAME, candidate.reports.sha256, "conformance", "", (outcome,)),)


def _found(faults: list[Fault]) -> Found:
    return Found(not faults, sum(fault.found.failing_rows or 0 for fault in faults))
