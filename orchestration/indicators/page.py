"""One page tells what every indicator means: made from the records, self-contained, Danish with English beside it."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from orchestration import look
from orchestration.durable import write_whole
from orchestration.indicators.records import Indicator

FOLDER = Path(__file__).parent
PAGE = "indicators.html"
WORDS = {
    "month": ("måned", "month"),
    "quarter": ("kvartal", "quarter"),
    "quarter_before": ("kvartal, opgjort et kvartal senere", "quarter, told a quarter later"),
    "rolling_12": ("12 måneder", "twelve months"),
    "up": ("højere er bedre", "higher is better"),
    "down": ("lavere er bedre", "lower is better"),
    "neutral": ("hverken eller", "neither"),
    "rate": ("pr. 1.000 indbyggere", "per 1,000 inhabitants"),
    "share": ("%", "%"),
    "mean": ("gennemsnit", "mean"),
    "median": ("timer", "hours"),
    "ratio": ("forhold", "ratio"),
    "diversity": ("effektivt antal koder", "effective codes"),
    "divergence": ("0-1", "0-1"),
    "flag": ("ja eller nej", "yes or no"),
    "verified": ("set i offentlig tekst", "seen in public text"),
    "known": ("kendt, ikke efterset", "known, not looked up"),
    "none": ("ingen", "none"),
}
TABLES = (
    ("A", "På tværs af kommuner", "Across municipalities"),
    ("D", "Datakvalitet og ens registrering", "Data quality and uniformity of registration"),
)


def page(records: list[Indicator]) -> bytes:
    """The same records always give the same bytes."""
    style = look.style(FOLDER / "page.css")
    tables = [(da, en, [r for r in records if r.table == table]) for table, da, en in TABLES]
    text: str = _template().render(tables=tables, words=WORDS, style=style)
    return text.encode()


def write_page(records: list[Indicator], folder: Path) -> Path:
    """Write the page below a folder, whole or not at all, and return its path."""
    write_whole(folder / PAGE, page(records))
    return folder / PAGE


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
    return environment.get_template("page.html")
