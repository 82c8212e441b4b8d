"""One profile page is one kind of resource in a report: its elements with their rules, and an example of it."""

from collections.abc import Iterator, Sequence

from orchestration.conformance.rules import all_rules
from orchestration.guide.elements import elements
from orchestration.guide.fragments import Json
from orchestration.guide.page import Page
from orchestration.guide.places import (
    COMMON,
    COMMON_TITLE,
    EXTENSIONS,
    EXTENSIONS_TITLE,
    GROUPS,
    PROHIBITED,
    WHOLE,
    rules_at,
)
from orchestration.guide.records import guide, heading, raw_profiles
from orchestration.guide.specimens import specimen
from orchestration.guide.texts import Text, profile_text


def overview() -> list[Json]:
    """The profiles in short: what each is, what it points at, how many rules it has."""
    rules = all_rules().values()
    return [
        {
            "key": key,
            "heading": heading(key),
            "type": profile.type,
            "line": profile_text(key, "line"),
            "points_at": sorted(
                {t for e in profile.elements.values() for t in e.targets}, key=list(guide().profiles).index
            ),
            "rule_count": sum(rule.profile == key for rule in rules),
        }
        for key, profile in guide().profiles.items()
    ]


def profile_pages(bundles: Sequence[Json]) -> Iterator[Page]:
    """The overview, and a page for each profile."""
    name = Text("Leverancen", "The report")
    lead = Text("Profilerne i en leverance.", "The profiles of a report.")
    yield Page("profiler/index.html", "profiles.html", "leverancen", name, lead, {"profiles": overview()})
    for key, profile in guide().profiles.items():
        page = {
            "key": key,
            "type": profile.type,
            "canonical": raw_profiles()[key]["canonical"],
            "intro": profile_text(key, "intro"),
            "elements": [_element(key, path) for path in elements(key)],
            "whole": rules_at(key, WHOLE),
            "prohibited": rules_at(key, PROHIBITED),
            "example": specimen(bundles, profile.canonical),
        }
        line = profile_text(key, "line")
        yield Page(f"profiler/{key}.html", "profile.html", "leverancen", heading(key), line, {"page": page})


def _element(key: str, path: str) -> Json:
    page = elements(key)[path]
    shown: Json = {name: getattr(page, name) for name in page.__dataclass_fields__} | {"anchor": page.anchor}
    above = path.rpartition(".")[0]
    last = path.rpartition(".")[2] if above in elements(key) else path
    depth = sum(path.startswith(f"{other}.") for other in elements(key))
    return shown | {"rules": rules_at(key, page.anchor), "last": last, "depth": depth}


def section_pages() -> Iterator[Page]:
    """The common rules, and the extensions."""
    common = [
        {"id": name, "heading": said, "rules": rules_at(COMMON, name), "extension": None}
        for name, (said, _) in GROUPS.items()
    ]
    lead = Text(
        "Regler, der gælder på tværs af profilerne: filen, JSON, id'er, referencer, koder og rettelser.",
        "Rules across the profiles: the file, JSON, ids, references, codes and corrections.",
    )
    path, template = f"profiler/{COMMON}.html", "sections.html"
    yield Page(path, template, "leverancen", COMMON_TITLE, lead, {"sections": common})
    extensions = [
        {"id": key, "heading": Text(key, key), "rules": rules_at(EXTENSIONS, key), "extension": extension}
        for key, extension in guide().extensions.items()
    ]
    lead = Text(
        "Vejledningen har fire udvidelser. Andre bliver ikke brugt.",
        "The guide has four extensions. Others are not used.",
    )
    path = f"profiler/{EXTENSIONS}.html"
    yield Page(path, template, "leverancen", EXTENSIONS_TITLE, lead, {"sections": extensions})
