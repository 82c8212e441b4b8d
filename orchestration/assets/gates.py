"""One check is one Great Expectations suite of one product of one recipient, on its candidate: where it fails, nothing is released."""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from orchestration.assets.errors import without_cpr
from orchestration.assets.shared import markdown_table
from orchestration.publishing.agreement import Agreement, load_agreement
from orchestration.publishing.candidate import read_candidate
from orchestration.publishing.catalogue import write_catalogue
from orchestration.publishing.gate import run_gate
from orchestration.publishing.here import note_switches_here, publisher_here
from orchestration.publishing.release import release
from orchestration.publishing.report import Found, GateReport
from orchestration.settings import settings


def build_gate(agreement: Agreement) -> dg.AssetChecksDefinition:
    """The blocking checks of one recipient's candidate, and one that warns when a municipality is withheld."""
    recipient, asset = agreement.recipient, f"{agreement.recipient}_candidate"
    models = [p.model for p in agreement.terms.products]
    specs = [
        dg.AssetCheckSpec(
            f"gate_{model}",
            asset=asset,
            blocking=True,
            description=f"The Great Expectations suite of {recipient}'s {model}.",
        )
        for model in models
    ]
    nobody = dg.AssetCheckSpec(
        "no_municipality_withheld",
        asset=asset,
        description="A municipality whose rows break a suite is withheld and named.",
    )

    @dg.multi_asset_check(name=f"{recipient}_gate", specs=[*specs, nobody])
    @without_cpr
    def gate(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        """Judge the candidate; where nothing may be released, say so beside the releases."""
        where, now = settings(), datetime.now(UTC)
        terms = load_agreement(where.expectations_dir, recipient)
        candidate = read_candidate(where.candidates_dir, recipient)
        report = run_gate(candidate, terms, where.releases_dir, now=now)
        if not report.passed:
            publisher = publisher_here(run=context.run.run_id, of_facts=True)
            note_switches_here(publisher, now)
            release(candidate, report, terms, where.releases_dir, publisher, now=now)
            write_catalogue(where.releases_dir, publisher.audit, now=now)
        for model in models:
            yield _judgement(report, model, asset)
        yield dg.AssetCheckResult(
            check_name="no_municipality_withheld",
            asset_key=asset,
            passed=not report.withheld,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"withheld": _withheld(report)},
        )

    return gate


def _judgement(report: GateReport, model: str, asset: str) -> dg.AssetCheckResult:
    outcomes = report.outcomes(model)
    failed = [o for o in outcomes if o.level != "warning" and not o.released.success]
    rows = [(o.id, o.level, *map(_mark, (o.whole, o.released)), o.reason.en) for o in outcomes]
    whole_refusal = bool(report.refusals) and not any(
        o.level != "warning" and not o.released.success for p in report.products for o in p.outcomes
    )
    return dg.AssetCheckResult(
        check_name=f"gate_{model}",
        asset_key=asset,
        passed=not failed and not whole_refusal,
        metadata={
            "expectation_count": len(outcomes),
            "not_held_count": sum(not o.released.success for o in outcomes),
            "expectations": markdown_table(("expectation", "level", "all", "released", "why"), rows),
            "refusals": markdown_table(("code", "text"), [(r.code, r.text.en) for r in report.refusals]),
        },
    )


def _mark(found: Found) -> str:
    return "✓" if found.success else f"✗ {found.failing_rows or ''}".strip()


def _withheld(report: GateReport) -> dg.MarkdownMetadataValue:
    rows = [
        (w.municipality_code, f.model, f.expectation_id, f.failing_rows, f.reason.en)
        for w in report.withheld
        for f in w.failures
    ]
    return markdown_table(("municipality", "product", "expectation", "rows", "why"), rows)
