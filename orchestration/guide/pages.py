"""All pages of the guide, in the order of the main menu."""

from collections.abc import Iterator, Sequence

from orchestration.conformance.rules import all_rules
from orchestration.guide.choices import choices
from orchestration.guide.codes import value_sets
from orchestration.guide.elements import anchor
from orchestration.guide.examples import Example
from orchestration.guide.fragments import Json
from orchestration.guide.page import Page
from orchestration.guide.profile_pages import overview, profile_pages, section_pages
from orchestration.guide.rule_pages import rule_pages
from orchestration.guide.start import start_page
from orchestration.guide.texts import Text


def all_pages(bundles: Sequence[Json], examples: dict[str, Example]) -> Iterator[Page]:
    """Every page of the guide."""
    yield _front()
    yield start_page(examples)
    yield from profile_pages(bundles)
    yield from section_pages()
    yield from rule_pages(examples)
    yield from _code_pages()
    lead = Text("Hvor vejledningen modsiger sig selv, og hvad der gælder her.", "Where the guide contradicts itself.")
    yield Page("valg.html", "choices.html", "valg", Text("Valg", "Choices"), lead, {"choices": choices()})


def _front() -> Page:
    rules = all_rules().values()
    sets = value_sets()
    counts = {
        "rules": len(rules),
        "later": sum(rule.phase != "now" for rule in rules),
        "value_sets": len(sets),
        "codes": len({(c.system, c.code) for each in sets.values() for c in each.concepts}),
    }
    name = Text("Forside", "Front page")
    lead = Text(
        "Regler, elementer og koder for indberetning til KL Gateway.", "Rules, elements and codes of reporting."
    )
    return Page("index.html", "index.html", "", name, lead, {"counts": counts, "profiles": overview()})


def _code_pages() -> Iterator[Page]:
    lead = Text("Værdisæt og koder.", "Value sets and codes.")
    shows: Json = {"value_sets": list(value_sets().values()), "anchor": anchor}
    yield Page("koder/index.html", "codes.html", "koder", Text("Koder", "Codes"), lead, shows)
    for each in value_sets().values():
        certain = all(concept.certainty.startswith("certain") for concept in each.concepts if concept.certainty)
        shows = {
            "page": each,
            "anchor": anchor,
            "systems": sorted({concept.system for concept in each.concepts}),
            "all_certain": certain,
            "has_former": any(concept.former for concept in each.concepts),
        }
        yield Page(f"koder/{each.name}.html", "value_set.html", "koder", each.what, each.what, shows)
