"""One site is a folder's worth of files: path → bytes. The same release and the same code give the same bytes."""

from pathlib import Path
from typing import Any

import jinja2

from orchestration import look
from orchestration.portal import data
from orchestration.portal.figures import COUNTRY, Figures
from orchestration.portal.pages import Page, grouped, pages
from orchestration.portal.wording import LANGUAGES, Wording, texts

HERE = Path(__file__).parent
STATIC = HERE / "static"
FOLDERS = {"da": "", "en": "en/"}
MENU = (
    ("front", "index.html"),
    ("municipalities", "kommune/index.html"),
    ("indicators", "indikator/index.html"),
    ("quality", "kvalitet.html"),
    ("download", "hent.html"),
    ("about", "om.html"),
)
# fmt: off
FOR_SCRIPTS = (
    "country", "compare_group", "remove", "at_most", "none", "month", "quarter", "rolling_12", "suppressed",
    "missing", "not_reported", "withheld", "no_such_period", "none_yet", "no_total", "inside", "above", "below",
    "no_figure", "flagged", "numerator", "denominator", "value", "interval", "period", "breaks", "chart_of",
    "standardised", "break_mark", "blank_mark", "lowest", "highest",
)
# fmt: on
"""The texts that the scripts need."""


def site(figures: Figures) -> dict[str, bytes]:
    """Pages in both languages, data, scripts and style; the downloads are written beside (`downloads.py`)."""
    made = {f"static/{path.name}": path.read_bytes() for path in sorted(STATIC.glob("*.js"))}
    made |= {f"static/vendor/{path.name}": path.read_bytes() for path in sorted((STATIC / "vendor").iterdir())}
    made["static/portal.css"] = look.style(STATIC / "portal.css").encode()
    made |= data.files(figures)
    for language in LANGUAGES:
        words = Wording(language)
        environment = _environment(figures, words)
        for page in pages(figures, words):
            made[f"{FOLDERS[language]}{page.path}"] = _rendered(environment, page, words)
    return made


def withdrawn_site() -> dict[str, bytes]:
    """What stands in the place of the site after the public release was withdrawn: words, and no figure."""
    made = {"static/portal.css": look.style(STATIC / "portal.css").encode()}
    for language in LANGUAGES:
        words = Wording(language)
        page = Page("index.html", "withdrawn.html", "front", words.t("site"))
        made[f"{FOLDERS[language]}index.html"] = _rendered(_bare(words), page, words)
    return made


def _environment(figures: Figures, words: Wording) -> jinja2.Environment:
    environment = _bare(words)
    environment.globals.update(
        figures=figures,
        themes=grouped(figures),
        menu=MENU,
        country=COUNTRY,
        script_texts={key: words.of(texts()[key]) for key in texts() if key in FOR_SCRIPTS or key.startswith("sign_")},
    )
    return environment


def _bare(words: Wording) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(words=words, t=words.t, of=words.of)
    return environment


def _rendered(environment: jinja2.Environment, page: Page, words: Wording) -> bytes:
    up = "../" * page.path.count("/")
    shows: dict[str, Any] = {
        "page": page,
        "here": up,
        "root": up + ("" if words.language == "da" else "../"),
        "other": f"{up}en/{page.path}" if words.language == "da" else f"{up}../{page.path}",
        "other_language": "en" if words.language == "da" else "da",
    }
    text: str = environment.get_template(page.template).render(**shows, **page.shows)
    return text.encode()
