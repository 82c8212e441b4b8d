"""The public site: one asset, made of the public release alone, shown whole or not at all."""

from datetime import UTC, datetime
from typing import Any

import dagster as dg

from orchestration.assets import plots
from orchestration.assets.errors import without_cpr
from orchestration.assets.shared import OWNERS, markdown_table
from orchestration.portal.faults import HEAVIEST, weight
from orchestration.portal.figures import COUNTRY, Figures
from orchestration.portal.publishing import FaultySite, Published, publish
from orchestration.portal.wording import DIGITS
from orchestration.publishing.here import publisher_here
from orchestration.settings import settings

CHECK = "nothing_leads_astray"
HEAVY = ("index.html", "kommune/0461.html", "indikator/A03.html", "kvalitet.html")
"""A page of each kind, whose weight is told."""


@dg.asset(
    deps=["public_release"],
    group_name="portal",
    owners=OWNERS,
    kinds={"html"},
    check_specs=[
        dg.AssetCheckSpec(
            CHECK,
            asset="portal",
            blocking=True,
            description="Every page is there, no link is dead or leads elsewhere, no page loads over 1.5 MB, nothing looks like a CPR.",
        )
    ],
    description="What citizens and politicians see: municipalities beside others, and how uniform registration is. Danish and English.",
)
@without_cpr
def portal(context: dg.AssetExecutionContext):  # type: ignore[no-untyped-def]  # Dagster takes the annotation for one output; the check is another
    """Make the site of the newest public release, unless it stands already."""
    where = settings()
    try:
        done = publish(
            where.releases_dir, where.portal_dir, publisher_here(run=context.run.run_id).signer, now=datetime.now(UTC)
        )
    except FaultySite as error:
        table = markdown_table(("file", "fault"), error.faults)
        yield dg.AssetCheckResult(check_name=CHECK, passed=False, metadata={"faults": table})
        raise dg.Failure("The site was not shown; the former one stands.", metadata={"faults": table}) from None
    yield dg.MaterializeResult(metadata=_told(done), check_results=[dg.AssetCheckResult(check_name=CHECK, passed=True)])


def _told(done: Published) -> dict[str, Any]:
    record, figures = done.record, done.figures
    pages = [name for name in record.files if name.endswith(".html")]
    return {
        "status": done.status,
        "dagster/row_count": len(pages),
        "release": record.release_id or "withdrawn",
        "bytes": sum(size for size, _ in record.files.values()),
        "weights": markdown_table(
            ("page", "loads, bytes", "of what it may"),
            [
                (n, weight(done.directory, n), f"{weight(done.directory, n) / HEAVIEST:.0%}")
                for n in HEAVY
                if n in pages
            ],
        ),
        **_preview(figures),
        "country": markdown_table(("indicator", "period", "country", "municipalities told"), _country(figures)),
        "site": dg.MetadataValue.path(str(done.directory / "index.html")),
    }


def _preview(figures: Figures | None) -> dict[str, dg.MarkdownMetadataValue]:
    """The funnel of the first indicator that has one, as the site draws it."""
    for indicator in figures.indicators if figures else ():
        period = figures.newest(indicator.id) if figures else None
        if not figures or not period:
            continue
        found = [figures.figure(indicator.id, period, m.code) for m in figures.municipalities]
        points = [
            (f.denominator, f.value, f.limits[0], f.limits[1])
            for f in found
            if f.denominator and f.value is not None and f.limits[0] is not None and f.limits[1] is not None
        ]
        middle = figures.figure(indicator.id, period, COUNTRY).value
        if points and middle is not None:
            return {"preview": plots.funnel(f"{indicator.id} {indicator.title.en}, {period.start}", points, middle)}
    return {}


def _country(figures: Figures | None) -> list[tuple[object, ...]]:
    """What the front of the site tells: the country's newest figure of each indicator, and of how many municipalities."""
    rows: list[tuple[object, ...]] = []
    for indicator in figures.indicators if figures else ():
        period = figures.newest(indicator.id) if figures else None
        if figures and period:
            whole = figures.figure(indicator.id, period, COUNTRY)
            told = sum(figures.figure(indicator.id, period, m.code).state == "value" for m in figures.municipalities)
            value = whole.state if whole.value is None else f"{whole.value:.{DIGITS[indicator.kind]}f}"
            rows.append((f"{indicator.id} {indicator.title.en}", f"{period.kind} {period.start}", value, told))
    return rows
