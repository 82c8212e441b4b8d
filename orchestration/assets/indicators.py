"""Two checks look at what was frozen: is every indicator told, and can nothing that is suppressed be worked out."""

import dagster as dg

from orchestration.assets import plots
from orchestration.assets.errors import without_cpr
from orchestration.assets.shared import WRITER, bar, markdown_table
from orchestration.disclosure.audit import audit
from orchestration.indicators.preview import gaps, newest_public, preview
from orchestration.settings import settings
from orchestration.warehouse import connect


def indicator_checks() -> dg.AssetChecksDefinition:
    """One step, one opening of the warehouse."""

    @dg.multi_asset_check(
        name="indicator_checks",
        specs=[
            dg.AssetCheckSpec(
                "every_municipality_is_told_of",
                asset="ind_value",
                description="Each indicator and period has a row of each municipality; with a preview of the newest, funnel by funnel.",
            ),
            dg.AssetCheckSpec(
                "nothing_can_be_worked_out",
                asset="ind_public_value",
                blocking=True,
                description="An attacker who sees all that is public, in every vintage, works out no suppressed figure.",
            ),
        ],
        pool=WRITER,
    )
    @without_cpr
    def checks():  # type: ignore[no-untyped-def]  # yields two kinds of result
        """Preview, then attack."""
        where = settings()
        with connect(where.warehouse_path) as connection:
            told, missing, public = preview(connection), gaps(connection), newest_public(connection)
            found = audit(connection, where.gates_dir / "disclosure.json")
        header = (
            "indicator",
            "title",
            "period",
            "told",
            "withheld",
            "not reported",
            "country",
            "municipalities in the funnel",
        )
        yield dg.AssetCheckResult(
            check_name="every_municipality_is_told_of",
            asset_key="ind_value",
            passed=not missing,
            metadata={
                "preview": markdown_table(header, told),
                **({"funnel": plots.funnel(f"{public[0]}: what is public", public[2], public[1])} if public else {}),
                "gaps": markdown_table(("indicator", "rows", "wanted"), missing),
            },
        )
        most = max((count for *_, count in found.counts), default=0) or 1
        rows = [(name, found.worked_out[name], count) for name, count in found.bare.items() if count]
        yield dg.AssetCheckResult(
            check_name="nothing_can_be_worked_out",
            asset_key="ind_public_value",
            passed=not any(found.worked_out.values()),
            metadata={
                "worked_out_count": sum(found.worked_out.values()),
                "without_secondary_count": sum(found.bare.values()),
                "by_indicator": markdown_table(("indicator", "worked out", "without secondary suppression"), rows),
                "suppressed": markdown_table(
                    ("area", "state", "because", "figures", ""), [(*row, bar(row[-1] / most)) for row in found.counts]
                ),
            },
        )

    return checks
