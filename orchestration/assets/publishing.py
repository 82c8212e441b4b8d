"""Candidate → gate → release: three steps for each recipient whose agreement is on."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import dagster as dg

from orchestration.assets.errors import without_cpr
from orchestration.assets.gates import build_gate
from orchestration.assets.municipal import build_own_release
from orchestration.assets.shared import OWNERS, WRITER, markdown_table
from orchestration.dbt_manifest import column_descriptions, current_manifest
from orchestration.intake.accepted import read_accepted
from orchestration.publishing.agreement import Agreement, load_agreement, load_agreements
from orchestration.publishing.candidate import read_candidate
from orchestration.publishing.catalogue import write_catalogue
from orchestration.publishing.described import described
from orchestration.publishing.extract import write_candidate
from orchestration.publishing.held import held_now
from orchestration.publishing.here import note_switches_here, publisher_here
from orchestration.publishing.outcome import Refused, Released
from orchestration.publishing.records import RecordError
from orchestration.publishing.release import release
from orchestration.publishing.report import read_report
from orchestration.settings import settings
from orchestration.warehouse import connect


@dataclass
class Releases:
    """The assets and checks of all recipients."""

    assets: list[dg.AssetsDefinition] = field(default_factory=list)
    checks: list[dg.AssetChecksDefinition] = field(default_factory=list)
    has_own: bool = False

    @property
    def names(self) -> set[str]:
        """The assets, by name."""
        return {key.to_user_string() for asset in self.assets for key in asset.keys}


def build_releases() -> Releases:
    """Two assets and a set of checks per recipient whose agreement is on.

    An agreement that can't be read produces nothing and stops no other recipient: its candidate stands there and fails,
    with what, where and the remedy.
    """
    where = settings()
    agreements = load_agreements(where.expectations_dir, described(where.dbt_project_dir))
    built = Releases(assets=[_unreadable(recipient, error) for recipient, error in agreements.errors.items()])
    for agreement in agreements.by_recipient.values():
        if agreement.is_on:
            own = agreement.terms.scope == "own"
            release_asset = build_own_release if own else _release
            built.has_own = built.has_own or own
            built.assets += [_candidate(agreement), release_asset(agreement)]
            built.checks.append(build_gate(agreement))
    return built


def _unreadable(recipient: str, error: RecordError) -> dg.AssetsDefinition:
    @dg.asset(name=f"{recipient}_candidate", group_name="candidate", owners=OWNERS, kinds={"parquet"}, pool=WRITER)
    def candidate() -> None:
        """What would be published, if its agreement could be read."""
        raise dg.Failure(str(error))

    return candidate


def _candidate(agreement: Agreement) -> dg.AssetsDefinition:
    recipient, terms = agreement.recipient, agreement.terms

    @dg.asset(
        name=f"{recipient}_candidate",
        deps=[*(p.model for p in terms.products), *(["int_citizen__identity"] if terms.identity != "none" else [])],
        group_name="candidate",
        owners=OWNERS,
        kinds={"parquet"},
        pool=WRITER,
        description=f"What would be published to {recipient}, before its gate. {terms.title.en} ({terms.title.da}).",
        metadata={"agreement": f"{terms.id} v{terms.version}", "legal_basis": terms.legal_basis.en},
    )
    @without_cpr
    def candidate() -> dg.MaterializeResult[None]:
        """Write what the agreement lists, and nothing else."""
        where = settings()
        with connect(where.warehouse_path) as connection:
            terms = load_agreement(where.expectations_dir, recipient, described(where.dbt_project_dir))
            found = write_candidate(
                connection,
                terms,
                where.candidates_dir,
                pseudonym_secret=where.pseudonym_secrets.get(recipient),
                descriptions=column_descriptions(current_manifest()),
                held=held_now(where.releases_dir, where.candidates_dir, recipient),
                read_reports=partial(read_accepted, where.landing_dir),
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
    @without_cpr
    def published(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        """Release what the gate passed, unless the latest release already says it."""
        where, now = settings(), datetime.now(UTC)
        publisher = publisher_here(run=context.run.run_id, of_facts=True)
        note_switches_here(publisher, now)
        outcome = release(
            read_candidate(where.candidates_dir, recipient),
            read_report(where.candidates_dir, recipient),
            load_agreement(where.expectations_dir, recipient),
            where.releases_dir,
            publisher,
            now=now,
        )
        catalogue = write_catalogue(where.releases_dir, publisher.audit, now=now)
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
                "schema_changes": ", ".join(f"{c.model}.{c.column or '*'} {c.change}" for c in told.schema_changes),
                "pruned": ", ".join(outcome.pruned) or "none",
                "signed_with": told.key_id,
                "catalogue": dg.MetadataValue.path(str(catalogue)),
                "folder": dg.MetadataValue.path(str(outcome.directory)),
            }
        )

    return published
