"""One page is one municipality's consistency report of one day: self-contained HTML, Danish with English beside it."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from orchestration.consistency.findings import Report

MOST = 50
"""Findings of one rule that the page lists; the rest are counted, and all are in findings.parquet."""
FOLDER = Path(__file__).parent


def page(report: Report) -> bytes:
    """The same report always gives the same bytes."""
    totals: dict[str, int] = {}
    for group in (*report.new, *report.open):
        totals[group.rule.id] = totals.get(group.rule.id, 0) + len(group.findings)
    text: str = _template().render(
        report=report,
        totals=sorted(totals.items(), key=lambda item: (-item[1], item[0])),
        largest=max(totals.values(), default=1),
        most=MOST,
        style=(FOLDER / "page.css").read_text(encoding="utf-8"),
        months=MONTHS,
    )
    return text.encode()


MONTHS = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")
