"""One page is one card: self-contained HTML that mails, prints and fits a phone; Danish with English beside it."""

from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from orchestration import look
from orchestration.cards.records import Card, Measure

FOLDER = Path(__file__).parent
GUIDE = "../../guide/"
"""From the folder of a card to that of the reporting guide, both below the data folder."""
STATES = {
    "missing": ("ingen at tælle", "nobody to count"),
    "not_reported": ("ikke indberettet", "not reported"),
    "withheld": ("tilbageholdt", "withheld"),
    "no_such_period": ("findes ikke", "not there"),
}
MONTHS = {
    "da": ("januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
}  # fmt: skip


def page(card: Card, guide: str | None = GUIDE) -> bytes:
    """The same card always gives the same bytes. `guide`: where the reporting guide lies; None: rules are named, not linked."""
    style = look.style(FOLDER / "card.css")
    most = max((week.received for week in card.weeks), default=1)
    text: str = _template().render(card=card, guide=guide, states=STATES, style=style, most=most)
    return text.encode()


def _day(day: date, lang: str) -> str:
    return f"{day.day}{'.' if lang == 'da' else ''} {MONTHS[lang][day.month - 1]} {day.year}"


def _number(value: float | None, lang: str, digits: int = 0) -> str:
    if value is None:
        return "–"
    text = f"{value:,.{digits}f}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "da" else text


def _at(measure: Measure, value: float | None) -> float:
    """Where a value lies on the measure's line, 0-100."""
    ends = [v for v in (measure.least, measure.most, measure.value, 0.0) if v is not None]
    low, high = min(ends), max(ends)
    return 50.0 if value is None or high == low else round(100 * (value - low) / (high - low), 1)


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
    environment.globals |= {"at": _at}
    return environment.get_template("card.html")
