"""One page is the whole dictionary as a single HTML file: opens from a disk, prints, fits a phone, needs nothing from elsewhere."""

import re
from collections.abc import Iterable
from html import escape
from itertools import groupby
from pathlib import Path

import jinja2
from markupsafe import Markup

from orchestration.dictionary.records import Dictionary, Table, Text

HERE = Path(__file__).parent
STAGES = {
    "marts": (
        Text("Fakta og dimensioner", "Facts and dimensions"),
        Text(
            "Det, som analytikere og modtagere læser. Kolonnerne er lovet: en kontrakt holder navn og type.",
            "What analysts and recipients read. The columns are promised: a contract holds name and type.",
        ),
    ),
    "indicators": (
        Text("Indikatorer", "Indicators"),
        Text(
            "Tal pr. periode, område og årgang. Det, der begynder med int_, er mellemtrin: byg ikke på dem.",
            "Figures by period, area and vintage. What begins with int_ is a step inside the platform: do not build on it.",
        ),
    ),
    "reference": (
        Text("Kodelister og kommuner", "Code lists and municipalities"),
        Text("Lister, som vedligeholdes i hånden.", "Lists that people maintain."),
    ),
    "intermediate": (
        Text("Historik", "History"),
        Text("Platformens mellemtrin: byg ikke på dem.", "Steps inside the platform: do not build on them."),
    ),
    "staging": (
        Text("Indberetninger, omdøbt", "Reports, renamed"),
        Text("Platformens mellemtrin: byg ikke på dem.", "Steps inside the platform: do not build on them."),
    ),
    "raw": (
        Text("Indberetninger, som de kom", "Reports as they came"),
        Text("Adgangen er begrænset: her står CPR-numre.", "Restricted: CPR numbers are here."),
    ),
}


def page(dictionary: Dictionary) -> str:
    """The page; the same dictionary gives the same bytes."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"marked": marked, "anchor": anchor, "breakable": breakable}
    return environment.get_template("dictionary.html").render(
        dictionary=dictionary,
        chapters=list(_chapters(dictionary.tables)),
        anchors={table.name: anchor(table) for table in reversed(dictionary.tables)},
        rules=[(model, list(rules)) for model, rules in groupby(dictionary.rules, lambda rule: rule.model)],
        style=Markup((HERE / "templates" / "dictionary.css").read_text(encoding="utf-8")),  # our own file
        script=Markup((HERE / "templates" / "dictionary.js").read_text(encoding="utf-8")),
    )


def anchor(table: Table) -> str:
    """Where a table stands on the page; a raw table may share its name with another."""
    return f"raw.{table.name}" if table.stage == "raw" else table.name


def marked(text: str) -> Markup:
    """A description as HTML: `code` and *emphasis*, everything else as it stands."""
    parts = re.split(r"(`[^`]+`)", text)
    html = [
        f"<code>{escape(part[1:-1])}</code>"
        if part.startswith("`") and part.endswith("`") and len(part) > 2
        else re.sub(r"\*([^*\s][^*]*)\*", r"<em>\1</em>", escape(part))
        for part in parts
    ]
    return Markup("".join(html))  # escaped part by part above


def breakable(term: str) -> Markup:
    """A term that may be broken before each capital: borgerJournalførendeOrganisation."""
    return Markup("<wbr>").join(re.split(r"(?<=[a-zæøå])(?=[A-ZÆØÅ])", term))


def _chapters(tables: tuple[Table, ...]) -> Iterable[tuple[str, Text, Text, list[Table]]]:
    for stage, found in groupby(tables, lambda table: table.stage):
        title, lead = STAGES.get(stage, (Text(stage, stage), Text("", "")))
        yield stage, title, lead, list(found)
