"""One entry of the search index is one thing a reader may look for: a rule, an element, a code, a page."""

import json
from collections.abc import Iterator

from orchestration.conformance.rules import all_rules
from orchestration.guide.codes import value_sets
from orchestration.guide.elements import elements
from orchestration.guide.records import guide, heading

Entry = tuple[str, str, str, str, str, str]
"""Group (Danish|English), url from the root, Danish, English, small text, further words to match."""
RULES, ELEMENTS, CODES, PAGES = "Regler|Rules", "Elementer|Elements", "Koder|Codes", "Sider|Pages"
PAGE_LIST = (
    (
        PAGES,
        "kom-i-gang.html",
        "Sådan kommer du i gang",
        "Getting started",
        "",
        "svar rettelse entered-in-error dublet fil http",
    ),
    (PAGES, "profiler/index.html", "Leverancen", "The report", "", "bundle profil profile"),
    (PAGES, "regler/index.html", "Regler", "Rules", "", "fejl advarsel error warning"),
    (PAGES, "koder/index.html", "Koder", "Codes", "", "værdisæt value set"),
    (PAGES, "valg.html", "Valg", "Choices", "", "modsigelse overgangsperiode contradiction transition"),
)


def script() -> str:
    """The index as a script: a page opened from a disk may load a script, but not fetch a file."""
    lines = (json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in index())
    return "window.KLGATEWAY_SEARCH=[\n" + ",\n".join(lines) + "\n];\n"


def index() -> Iterator[Entry]:
    """Every entry, in a fixed order."""
    yield from PAGE_LIST
    for profile in guide().profiles.values():
        name = heading(profile.key)
        yield PAGES, f"profiler/{profile.key}.html", name.da, name.en, profile.type, profile.key
    for rule in all_rules().values():
        yield RULES, rule.page, rule.message_da, rule.message_en, rule.id, rule.path
    for key, profile in guide().profiles.items():
        for element in elements(key).values():
            small = f"{profile.type}.{element.path}"
            url = f"profiler/{key}.html#{element.anchor}"
            names = (f"{heading(key).da}: {element.name.da}", f"{heading(key).en}: {element.name.en}")
            yield ELEMENTS, url, *names, small, " ".join(element.fki)
    yield from _codes()


def _codes() -> Iterator[Entry]:
    seen = set()
    for each in value_sets().values():
        for concept in each.concepts:
            if (concept.system, concept.code) not in seen:
                seen.add((concept.system, concept.code))
                small = " · ".join(part for part in (concept.key, concept.code, each.name) if part)
                title = concept.title or concept.code
                yield CODES, f"koder/{each.name}.html#{concept.anchor}", title, title, small, concept.key
