"""One site is the guide as files: path → bytes. The same records give the same bytes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2

from orchestration.conformance.rules import all_rules
from orchestration.guide import search
from orchestration.guide.examples import Inject, examples
from orchestration.guide.fragments import Json
from orchestration.guide.page import Page
from orchestration.guide.pages import all_pages
from orchestration.guide.records import GUIDE, guide, heading, index
from orchestration.guide.texts import KINDS, SEVERITIES, Text
from orchestration.guide.times import last_day, later_day

HERE = Path(__file__).parent
MENU = (  # key, file, Danish, English
    ("start", "kom-i-gang.html", "Kom i gang", "Getting started"),
    ("leverancen", "profiler/index.html", "Leverancen", "The report"),
    ("regler", "regler/index.html", "Regler", "Rules"),
    ("koder", "koder/index.html", "Koder", "Codes"),
    ("valg", "valg.html", "Valg", "Choices"),
)


def site(bundles: Sequence[Json], inject: Inject) -> dict[str, bytes]:
    """The whole guide.

    `bundles`: valid reports and deliveries to draw the examples from; `inject` breaks a rule in a copy of one.

    Raises:
        ExampleError: a rule has no example that the checker agrees with.
        KeyError: a profile, element, value set or choice lacks its text in either language.
    """
    environment = _environment()
    made = examples(bundles, inject)
    files = {page.path: _rendered(environment, page) for page in all_pages(bundles, made)}
    files |= {name: (HERE / "static" / name).read_bytes() for name in ("guide.css", "guide.js")}
    files["search.js"] = search.script().encode()
    return files


def write(files: dict[str, bytes], out: Path) -> None:
    """Write the site below a folder, over what is there.

    Raises:
        OSError: the folder can't be written.
    """
    for path, data in files.items():
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    shared: dict[str, Any] = {
        "menu": MENU,
        "severities": SEVERITIES,
        "kinds": KINDS,
        "headings": {key: heading(key) for key in guide().profiles},
        "messages": {rule.id: Text(rule.message_da, rule.message_en) for rule in all_rules().values()},
        "later": later_day(),
        "last_day": last_day(),
        "guide_id": GUIDE,
        "guide_title": Text(**index()["title"]),
        "wide": False,
    }
    environment.globals.update(shared)
    return environment


def _rendered(environment: jinja2.Environment, page: Page) -> bytes:
    template = environment.get_template(page.template)
    root = "../" * page.path.count("/")
    html = template.render(
        root=root, active=page.active, heading=page.heading, description=page.description, **page.shows
    )
    return html.encode()
