"""Candidate → gate → release: three steps for each recipient whose agreement is on. The gate's suites are blocking checks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version

import dagster as dg

from orchestration.assets.shared import OWNERS, WRITER, markdown_table
from orchestration.publishing.agreement import Agreement, load_agreement, load_agreements
from orchestration.publishing.candidate import CandidateError, read_candidate
from orchestration.publishing.extract import write_candidate
from orchestration.publishing.gate import run_gate
from orchestration.publishing.release import Refused, Released, release
from orchestration.publishing.report import GateReport, read_report
from orchestration.settings import settings
from orchestration.warehouse import connect

CUT_OFF = "select max(received_on) from raw.submissions"


@dataclass
class Releases:
    """The assets and checks of all recipients."""

    assets: list[dg.AssetsDefinition] = field(default_factory=list)
    checks: list[dg.AssetChecksDefinition] = field(default_factory=list)


def build_releases() -> Releases:
    """Two assets and a set of checks per recipient whose agreement is on.

    Raises:
        RecordError: an agreement can't be read; it says what, where and the remedy.
    """
    agreements = load_agreements(settings().expectations_dir)
    for error in agreements.errors.values():
        raise error
    built = Releases()
    for agreement in agreements.by_recipient.values():
        if agreement.is_on:
            built.assets += [_candidate(agreement), _release(agreement)]
            built.checks.append(_gate(agreement))
    return built


def _candidate(agreement: Agreement) -> dg.AssetsDefinition:
    recipient, terms = agreement.recipient, agreement.terms

    @dg.asset(
        name=f"{recipient}_candidate",
        deps=[*(p.model for p in terms.products), "int_citizen__identity"],
        group_name="candidate",
        owners=OWNERS,
        kinds={"parquet"},
        pool=WRITER,
        description=f"What would be published to {recipient}, before its gate. {terms.title.en} ({terms.title.da}).",
        metadata={"agreement": f"{terms.id} v{terms.version}", "legal_basis": terms.legal_basis.en},
    )
    def candidate() -> dg.MaterializeResult[None]:
        """Write what the agreement lists, and nothing else."""
        where = settings()
        with connect(where.warehouse_path) as connection:
            cut_off_on = connection.execute(CUT_OFF).fetchall()[0][0]
            if cut_off_on is None:
                raise CandidateError("Nothing has been received yet, so there is nothing to publish.")
            found = write_candidate(
                connection,
                load_agreement(where.expectations_dir, recipient),
                where.candidates_dir,
                cut_off_on=cut_off_on,
            )
        rows = [(p.model, p.rows, len(p.schema), p.bytes) for p in found.products]
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": sum(p.rows for p in found.products),
                "products": markdown_table(("product", "rows", "columns", "bytes"), rows),
                "municipalities": ", ".join(found.municipalities),
                "folder": dg.MetadataValue.path(str(found.directory)),
            }
        )

    return candidate


def _gate(agreement: Agreement) -> dg.AssetChecksDefinition:
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
    def gate() -> Iterator[dg.AssetCheckResult]:
        """Judge the candidate; where nothing may be released, say so beside the releases."""
        where, now = settings(), datetime.now(UTC)
        terms = load_agreement(where.expectations_dir, recipient)
        candidate = read_candidate(where.candidates_dir, recipient)
        report = run_gate(candidate, terms, now=now)
        if not report.passed:
            release(candidate, report, terms, where.releases_dir, now=now, software_version=version("klgateway"))
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
    failed = [o for o in outcomes if o.severity == "critical" and not o.released.success]
    rows = [(o.id, o.severity, *map(_mark, (o.whole, o.released)), o.reason.en) for o in outcomes]
    whole_refusal = bool(report.refusals) and not any(
        o.severity == "critical" and not o.released.success for p in report.products for o in p.outcomes
    )
    return dg.AssetCheckResult(
        check_name=f"gate_{model}",
        asset_key=asset,
        passed=not failed and not whole_refusal,
        metadata={
            "expectations": markdown_table(("expectation", "severity", "all", "released", "why"), rows),
            "refusals": markdown_table(("code", "text"), [(r.code, r.text.en) for r in report.refusals]),
        },
    )


def _mark(found: object) -> str:
    success, rows = getattr(found, "success", False), getattr(found, "failing_rows", None)
    return "✓" if success else f"✗ {rows if rows is not None else ''}".strip()


def _withheld(report: GateReport) -> dg.MarkdownMetadataValue:
    rows = [
        (w.municipality_code, f.model, f.expectation_id, f.failing_rows, f.reason.en)
        for w in report.withheld
        for f in w.failures
    ]
    return markdown_table(("municipality", "product", "expectation", "rows", "why"), rows)


def _release(agreement: Agreement) -> dg.AssetsDefinition:
    recipient, asset = agreement.recipient, f"{agreement.recipient}_candidate"

    @dg.asset(
        name=f"{recipient}_release",
        deps=[asset],
        group_name="release",
        owners=OWNERS,
        kinds={"parquet"},
        description=f"What {recipient} may read: Parquet and a manifest, moved into place whole; `latest` points at the newest.",
    )
    def published() -> dg.MaterializeResult[None]:
        """Release what the gate passed, unless the latest release already says it."""
        where, now = settings(), datetime.now(UTC)
        outcome = release(
            read_candidate(where.candidates_dir, recipient),
            read_report(where.candidates_dir, recipient),
            load_agreement(where.expectations_dir, recipient),
            where.releases_dir,
            now=now,
            software_version=version("klgateway"),
        )
        if isinstance(outcome, Refused):
            raise dg.Failure(
                "Nothing was released; the former release stands.",
                metadata={"why": markdown_table(("code", "text"), [(r.code, r.text.en) for r in outcome.refusals])},
            )
        told = outcome.manifest
        return dg.MaterializeResult(
            metadata={
                "status": outcome.status,
                "release_id": told.release_id,
                "dagster/row_count": sum(p.rows for p in told.products),
                "products": markdown_table(
                    ("product", "rows", "sha256"), [(p.model, p.rows, p.sha256) for p in told.products]
                ),
                "withheld": ", ".join(told.withheld_codes) or "none",
                "former_release_damaged": "; ".join(outcome.notes) if isinstance(outcome, Released) else "",
                "folder": dg.MetadataValue.path(str(outcome.directory)),
            }
        )

    return published
