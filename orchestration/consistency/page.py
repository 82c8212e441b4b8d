"""One page is one municipality's consistency report of one day: self-contained HTML, Danish with English beside it."""

from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from orchestration import look
from orchestration.consistency.findings import Group, Report

MOST = 50
"""Findings of one rule that the page lists; the rest are counted, and all are in findings.parquet."""
FOLDER = Path(__file__).parent
GUIDE = "../../../guide/"
"""From the folder of a report to that of the reporting guide, both below the data folder."""
MONTHS = {
    "da": ("januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
}  # fmt: skip


def page(report: Report) -> bytes:
    """The same report always gives the same bytes."""
    text: str = _template().render(
        report=report,
        sums=_sums(report),
        most=MOST,
        guide=GUIDE,
        style=look.style(FOLDER / "page.css"),
    )
    return text.encode()


def _sums(report: Report) -> list[tuple[Group, int, int, int]]:
    """Per rule: a group of it, its new findings, its older ones, and the length of its bar (1-100); most findings first."""
    new = {group.rule.id: len(group.findings) for group in report.new}
    older = {group.rule.id: len(group.findings) for group in report.open}
    groups = {group.rule.id: group for group in (*report.new, *report.open)}
    counted = [(group, new.get(rule_id, 0), older.get(rule_id, 0)) for rule_id, group in groups.items()]
    largest = max((fresh + old for _, fresh, old in counted), default=1)
    bars = [(group, fresh, old, max(100 * (fresh + old) // largest, 1)) for group, fresh, old in counted]
    return sorted(bars, key=lambda item: (-item[1] - item[2], item[0].rule.id))


def _day(day: date, lang: str) -> str:
    return f"{day.day}{'.' if lang == 'da' else ''} {MONTHS[lang][day.month - 1]} {day.year}"


def _number(value: int, lang: str) -> str:
    return f"{value:,}".replace(",", "." if lang == "da" else ",")


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"day": _day, "number": _number}
    return environment.get_template("page.html")
