"""One partition is one municipality: its own extract of what was made and judged for all of them."""

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from orchestration.assets.errors import without_cpr
from orchestration.assets.shared import OWNERS, markdown_table
from orchestration.cards.writing import read_card
from orchestration.publishing.agreement import Agreement, load_agreement
from orchestration.publishing.candidate import read_candidate
from orchestration.publishing.catalogue import write_catalogue
from orchestration.publishing.here import note_switches_here, publisher_here
from orchestration.publishing.municipal import own_extract
from orchestration.publishing.outcome import Outcome, Refused
from orchestration.publishing.release import release
from orchestration.publishing.report import read_report
from orchestration.settings import settings
from orchestration.warehouse import connect

IN_MEMORY = Path(":memory:")


def municipalities() -> list[str]:
    """The codes of the 98, from the seed."""
    seed = settings().dbt_project_dir / "seeds" / "municipality.csv"
    return [line.partition(",")[0] for line in seed.read_text(encoding="utf-8").splitlines()[1:]]


def build_own_release(agreement: Agreement) -> dg.AssetsDefinition:
    """The releases of an agreement with `scope: own`: a partition each, one or all of them in one process."""
    recipient = agreement.recipient

    @dg.asset(
        name=f"{recipient}_release",
        deps=[
            dg.AssetDep(name, partition_mapping=dg.AllPartitionMapping())
            for name in (f"{recipient}_candidate", "quality_cards")
        ],
        partitions_def=dg.StaticPartitionsDefinition(municipalities()),
        backfill_policy=dg.BackfillPolicy.single_run(),
        group_name="release",
        owners=OWNERS,
        kinds={"parquet"},
        tags={"scope": "own"},
        description=(
            "What a municipality may read of its own: Parquet, its quality card and a manifest, moved into place whole; `latest` "
            f"points at the newest. Only for those whose approval is on file. {agreement.terms.title.en} ({agreement.terms.title.da})."
        ),
    )
    @without_cpr
    def own(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        """Take each municipality's rows out of the common candidate, and release them."""
        where, now = settings(), datetime.now(UTC)
        publisher = publisher_here(run=context.run.run_id, of_facts=True)
        note_switches_here(publisher, now)
        terms = load_agreement(where.expectations_dir, recipient)
        candidate, verdict = (
            read_candidate(where.candidates_dir, recipient),
            read_report(where.candidates_dir, recipient),
        )
        outcomes: dict[str, Outcome] = {}
        faults: dict[str, str] = {}
        with connect(IN_MEMORY) as connection:
            for code in context.partition_keys:
                if code not in terms.approved():
                    continue
                try:
                    card = read_card(where.cards_dir, code) if terms.terms.quality_card else {}
                except ValueError as error:  # stops this one, and no other
                    faults[code] = str(error)
                    continue
                mine, report = own_extract(connection, candidate, verdict, terms, code, card)
                outcomes[code] = release(mine, report, terms.of(code), where.releases_dir, publisher, now=now)
        write_catalogue(where.releases_dir, publisher.audit, now=now)
        if faults:
            raise dg.Failure(" ".join(faults.values()), metadata={"released": ", ".join(outcomes)})
        refused = [code for code, outcome in outcomes.items() if isinstance(outcome, Refused)]
        missing = sorted(set(context.partition_keys) - set(outcomes))
        return dg.MaterializeResult(
            metadata={
                "municipalities": markdown_table(
                    ("municipality", "status", "rows", "card", "release"), map(_row, outcomes.items())
                ),
                "refused": ", ".join(refused) or "none",
                "without_approval": f"{len(missing)}: {', '.join(missing)}" if missing else "none",
                "dagster/row_count": sum(_rows(outcome) for outcome in outcomes.values()),
            },
        )

    return own


def _rows(outcome: Outcome) -> int:
    return 0 if isinstance(outcome, Refused) else sum(product.rows for product in outcome.manifest.products)


def _row(told: tuple[str, Outcome]) -> tuple[object, ...]:
    code, outcome = told
    if isinstance(outcome, Refused):
        return code, outcome.status, 0, "", "; ".join(one.text.en for one in outcome.refusals)
    card = "yes" if outcome.manifest.documents else "none"
    return code, outcome.status, _rows(outcome), card, outcome.manifest.release_id
