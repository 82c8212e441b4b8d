"""One check is one expectation of one product of one recipient, on its candidate: where one must hold and does not, nothing is released."""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from orchestration.assets.errors import without_cpr
from orchestration.assets.shared import markdown_table
from orchestration.publishing.agreement import Agreement, load_agreement
from orchestration.publishing.candidate import read_candidate
from orchestration.publishing.catalogue import write_catalogue
from orchestration.publishing.fhir_file import NAME as REPORTS
from orchestration.publishing.gate import run_gate
from orchestration.publishing.gate_page import verdict, write_page
from orchestration.publishing.here import note_switches_here, publisher_here
from orchestration.publishing.history import Trend, keep
from orchestration.publishing.release import release
from orchestration.publishing.report import Found, GateReport, Outcome
from orchestration.publishing.reports_gate import CONFORMANT
from orchestration.publishing.suite import Expectation
from orchestration.publishing.trend_plot import line
from orchestration.settings import settings

WARN, ERROR = dg.AssetCheckSeverity.WARN, dg.AssetCheckSeverity.ERROR
MAY, NOBODY = "may_be_released", "no_municipality_withheld"
TEXTS = {
    MAY: "Om det, der er tilbage efter kontrollen, må frigives · Whether what remains after the gate may be released.",
    NOBODY: "En kommune, hvis rækker bryder et krav, holdes tilbage og nævnes · A municipality whose rows break an "
    "expectation is withheld and named.",
}


def build_gate(agreement: Agreement) -> dg.AssetChecksDefinition:
    """A check per product and expectation of one recipient, one of the verdict, and one of who is withheld."""
    recipient, asset = agreement.recipient, f"{agreement.recipient}_candidate"
    expected = {
        (product.model, e.id): _spec(asset, product.model, e)
        for product in agreement.terms.products
        for e in agreement.suites[product.model].expectations
    }
    if agreement.terms.fhir:
        expected[REPORTS, CONFORMANT.id] = _spec(asset, REPORTS, CONFORMANT)
    verdicts = [dg.AssetCheckSpec(n, asset=asset, blocking=n == MAY, description=TEXTS[n]) for n in (MAY, NOBODY)]

    @dg.multi_asset_check(name=f"{recipient}_gate", specs=[*verdicts, *expected.values()])
    @without_cpr
    def gate(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        """Judge the candidate; where nothing may be released, say so beside the releases."""
        where, now = settings(), datetime.now(UTC)
        terms = load_agreement(where.expectations_dir, recipient)
        candidate = read_candidate(where.candidates_dir, recipient)
        report = run_gate(candidate, terms, where.releases_dir, now=now)
        trend = keep(report, where.gates_dir)
        page = write_page(report, candidate, trend)
        if not report.passed:
            publisher = publisher_here(run=context.run.run_id, of_facts=True)
            note_switches_here(publisher, now)
            release(candidate, report, terms, where.releases_dir, publisher, now=now)
            write_catalogue(where.releases_dir, publisher.audit, now=now)
        yield _may_be_released(report, trend, str(page), asset)
        yield _nobody_withheld(report, asset)
        found = {(product.model, o.id): o for product in report.products for o in product.outcomes}
        for spot, spec in expected.items():
            yield _result(spec, found.get(spot), report, trend, spot)

    return gate


def _spec(asset: str, model: str, expectation: Expectation) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        f"{model}__{expectation.check_name}",
        asset=asset,
        blocking=expectation.level != "warning",
        description=f"{expectation.reason.da} · {expectation.reason.en}",
        metadata={"level": expectation.level, "type": expectation.type},
    )


def _result(
    spec: dg.AssetCheckSpec, outcome: Outcome | None, report: GateReport, trend: Trend, spot: tuple[str, str]
) -> dg.AssetCheckResult:
    """Not passed and an error: it blocks. Not passed and a warning: a note, or it holds without those withheld."""
    if outcome is None:
        text = "The suite has changed since this code location was loaded: reload it. The verdict is may_be_released's."
        return dg.AssetCheckResult(
            check_name=spec.name, asset_key=spec.asset_key, passed=False, severity=WARN, description=text
        )
    state = verdict(outcome)
    metadata: dict[str, dg.MetadataValue] = {
        "observed": dg.MetadataValue.text(_mark(outcome.whole)),
        "level": dg.MetadataValue.text(outcome.level),
        "reviewed_on": dg.MetadataValue.text(outcome.reviewed_on.isoformat()),
    }
    if state != "holds":
        metadata |= {
            "verdict": dg.MetadataValue.text(state),
            "observed_on_released": dg.MetadataValue.text(_mark(outcome.released)),
            "municipalities": dg.MetadataValue.text(", ".join(report.about(*spot)) or "none alone"),
            "trend": dg.MetadataValue.text(line(trend.failing.get(spot, ()))),
            "why": dg.MetadataValue.md(f"{outcome.reason.da}\n\n{outcome.reason.en}"),
        }
        for name, found in (("failing_rows", outcome.whole), ("failing_rows_released", outcome.released)):
            if found.failing_rows is not None:
                metadata[name] = dg.MetadataValue.int(found.failing_rows)
    return dg.AssetCheckResult(
        check_name=spec.name,
        asset_key=spec.asset_key,
        passed=state == "holds",
        severity=ERROR if state == "blocks" else WARN,
        metadata=metadata,
    )


def _may_be_released(report: GateReport, trend: Trend, page: str, asset: str) -> dg.AssetCheckResult:
    outcomes = [(product.model, o) for product in report.products for o in product.outcomes]
    rows = [
        (model, o.id, o.level, verdict(o), _mark(o.whole), _mark(o.released), ", ".join(report.about(model, o.id)))
        for model, o in outcomes
        if verdict(o) != "holds"
    ]
    head = ("product", "expectation", "level", "verdict", "all", "released", "municipalities")
    points = [(f"{p.judged_at:%Y-%m-%d %H:%M}", p.is_passed, p.not_held, p.warnings, p.withheld) for p in trend.points]
    return dg.AssetCheckResult(
        check_name=MAY,
        asset_key=asset,
        passed=report.passed,
        metadata={
            "expectation_count": len(outcomes),
            "not_held_count": len(rows),
            "not_held": markdown_table(head, rows),
            "refusals": markdown_table(("code", "text"), [(r.code, r.text.en) for r in report.refusals]),
            "over_time": line(tuple(p.not_held + p.warnings for p in trend.points)),
            "latest": markdown_table(("judged", "passed", "broken", "noted", "withheld"), points[-10:]),
            "former_release": report.former_release_id or "none",
            "report": dg.MetadataValue.path(page),
        },
    )


def _nobody_withheld(report: GateReport, asset: str) -> dg.AssetCheckResult:
    rows = [
        (w.municipality_code, f.model, f.expectation_id, f.failing_rows, f"{f.reason.da} · {f.reason.en}")
        for w in report.withheld
        for f in w.failures
    ]
    return dg.AssetCheckResult(
        check_name=NOBODY,
        asset_key=asset,
        passed=not report.withheld,
        severity=WARN,
        metadata={"withheld": markdown_table(("municipality", "product", "expectation", "rows", "why"), rows)},
    )


def _mark(found: Found) -> str:
    if found.fault:
        return f"not evaluated: {found.fault}"
    return (
        "holds" if found.success else f"{'' if found.failing_rows is None else found.failing_rows} failing rows".strip()
    )
