"""The day's quality cards: one asset, one card per municipality."""

from datetime import date

import dagster as dg

from orchestration.assets import plots
from orchestration.assets.errors import without_cpr
from orchestration.assets.shared import OWNERS, RECEIVED_DAY, WRITER, bar, markdown_table
from orchestration.cards.writing import write_cards
from orchestration.settings import settings
from orchestration.warehouse import connect


@dg.asset(
    deps=[
        "dq_consistency_finding",
        "ind_value",
        "dim_indicator",
        "dim_municipality",
        ["raw", "submissions"],
        ["raw", "findings"],
    ],
    group_name="cards",
    owners=OWNERS,
    kinds={"html", "json"},
    partitions_def=RECEIVED_DAY,
    pool=WRITER,
    description="How each municipality reports, what to mend first, how it lies beside the others: a page that mails, and JSON.",
)
@without_cpr
def quality_cards(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
    """Write the card of every municipality that reports, as it is known."""
    where, day = settings(), date.fromisoformat(context.partition_key)
    with connect(where.warehouse_path) as connection:
        made = write_cards(connection, day, where.cards_dir)
    rows = [
        (
            card.municipality_code,
            card.municipality_name,
            card.received,
            "" if card.accepted_share is None else bar(card.accepted_share),
            len(card.silent),
            sum(measure.is_flagged for measure in card.measures),
            card.todo[0].rule_id if card.todo else "",
        )
        for card in made
    ]
    header = ("code", "municipality", "reports, 30 days", "accepted", "silent days", "worth a look", "first to mend")
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(made),
            "cards": markdown_table(header, rows),
            "flags": plots.bars("Figures worth a look, by municipality", [(row[1], row[5]) for row in rows]),
            "folder": dg.MetadataValue.path(str(where.cards_dir)),
        }
    )
