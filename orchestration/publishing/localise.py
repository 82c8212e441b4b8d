"""One fault is one expectation that the rows of one municipality break: from faults to who is withheld."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from orchestration.publishing import parquet
from orchestration.publishing.agreement import Agreement
from orchestration.publishing.candidate import Candidate
from orchestration.publishing.fhir_file import NAME
from orchestration.publishing.former import Former
from orchestration.publishing.report import (
    Failure,
    Found,
    Noted,
    Outcome,
    ProductGate,
    Refusal,
    Withheld,
    Words,
    refusal,
)
from orchestration.publishing.suite import Expectation, Level

Results = dict[str, dict[str, Found]]
"""Model → expectation id → what was found."""


@dataclass(frozen=True)
class Fault:
    """What one municipality's rows of one product break."""

    municipality_code: str
    model: str
    expectation: Expectation
    found: Found


def failures(agreement: Agreement, results: Results, *levels: Level) -> list[tuple[str, str]]:
    """(model, expectation id) of every expectation of these levels that does not hold."""
    return [
        (model, expectation.id)
        for model, found in results.items()
        for expectation in agreement.suites[model].expectations
        if expectation.level in levels and not found[expectation.id].success
    ]


def reporting(candidate: Candidate, former: Former) -> dict[str, set[str]]:
    """Model → the municipalities that have rows of it, now or in the former release: who is gone can be at fault too."""
    found = {
        p.model: (set(p.municipalities) | former.municipalities(p.model)) - {parquet.UNKNOWN}
        for p in candidate.products
    }
    if candidate.reports:
        found[NAME] = {one.municipality_code for one in candidate.reports.slices if one.reports}
    return found


def blame(candidate: Candidate, former: Former, faults: list[Fault]) -> tuple[Withheld, ...]:
    """The municipalities to withhold. What fails in every one of several municipalities is nobody's own fault but ours
    (a model, a suite), and withholds none."""
    everybody = reporting(candidate, former)
    faults = [fault for fault in faults if fault.expectation.level == "municipality"]
    failing: dict[tuple[str, str], set[str]] = defaultdict(set)
    for fault in faults:
        failing[fault.model, fault.expectation.id].add(fault.municipality_code)
    ours = {spot for spot, codes in failing.items() if len(codes) > 1 and codes == everybody[spot[0]]}
    theirs = [fault for fault in faults if (fault.model, fault.expectation.id) not in ours]
    return tuple(Withheld(code, told) for code, told in _by_municipality(theirs))


def note(faults: list[Fault], withheld: Collection[str]) -> tuple[Noted, ...]:
    """The municipalities that a warning is about, but for those that are withheld anyway."""
    warnings = [f for f in faults if f.expectation.level == "warning" and f.municipality_code not in withheld]
    return tuple(Noted(code, told) for code, told in _by_municipality(warnings))


def _by_municipality(faults: list[Fault]) -> list[tuple[str, tuple[Failure, ...]]]:
    found: dict[str, list[Failure]] = defaultdict(list)
    for fault in faults:
        e, reason = fault.expectation, Words(fault.expectation.reason.da, fault.expectation.reason.en)
        told = Failure(fault.model, e.id, fault.found.failing_rows, fault.found.fault, reason)
        found[fault.municipality_code].append(told)
    return [(code, tuple(told)) for code, told in sorted(found.items())]


def refusals(
    failing: list[tuple[str, str]], withheld: Collection[Withheld], *, nothing_remains: bool
) -> tuple[Refusal, ...]:
    """Why nothing may be released; empty when what remains may. `failing` is judged on what remains."""
    what = ", ".join(f"{model} {expectation_id}" for model, expectation_id in failing)
    if withheld and nothing_remains:
        return (refusal("gate.nothing_remains", what),)
    if failing:
        return (refusal("gate.still_failing" if withheld else "gate.not_of_a_municipality", what),)
    return ()


def product_gates(
    candidate: Candidate, agreement: Agreement, whole: Results, released: Results
) -> tuple[ProductGate, ...]:
    """Every expectation of every product, with what was found before and after withholding."""
    gates = []
    for product in candidate.products:
        suite, model = agreement.suites[product.model], product.model
        outcomes = tuple(
            Outcome(
                id=e.id,
                type=e.type,
                level=e.level,
                reason=Words(e.reason.da, e.reason.en),
                reviewed_on=e.reviewed_on,
                whole=whole[model][e.id],
                released=released[model][e.id],
            )
            for e in suite.expectations
        )
        gates.append(ProductGate(model, product.sha256, suite.suite, agreement.suite_sha256[model], outcomes))
    return tuple(gates)
