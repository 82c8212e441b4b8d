"""One `Place` is where a rule belongs in the guide: the page, the section on it, and how both are called."""

from dataclasses import dataclass
from functools import cache

from orchestration.conformance.rules import Rule, all_rules
from orchestration.guide.elements import CHOICE, anchor, elements, spellings
from orchestration.guide.records import guide, heading
from orchestration.guide.texts import Text

WHOLE, PROHIBITED = "hele", "ikke-med"
COMMON, EXTENSIONS = "faelles", "udvidelser"
COMMON_TITLE = Text("Fælles regler", "Common rules")
EXTENSIONS_TITLE = Text("Udvidelser", "Extensions")
GROUPS = {  # section of the common page → (heading, first words of the rule ids in it)
    "modtagelse": (Text("Filer, JSON og afsender", "Files, JSON and sender"), ("json", "file", "sender", "bundle")),
    "alle": (Text("Alle ressourcer", "Every resource"), ("common", "resource", "report")),
    "koder": (Text("Koder og titler", "Codes and displays"), ("terminology",)),
    "rettelser": (
        Text("Rettelser og historik", "Corrections and history"),
        ("error", "observation", "citizen", "condition", "goal", "followUp", "reference"),
    ),
}


@dataclass(frozen=True, slots=True)
class Place:
    """`page` is a file below profiler/ without .html; `path` the element, "" where it is not about one."""

    page: str
    page_title: Text
    section: str
    path: str

    @property
    def url(self) -> str:
        """From the root of the site."""
        return f"profiler/{self.page}.html#{self.section}"


@cache
def places() -> dict[str, Place]:
    """Where each rule of the catalogue belongs, by rule id."""
    return {rule.id: _place(rule) for rule in all_rules().values()}


def rules_at(page: str, section: str) -> list[Rule]:
    """The rules of one section, in the order of the catalogue."""
    rules = all_rules()
    return [rules[rule_id] for rule_id, place in places().items() if (place.page, place.section) == (page, section)]


def _place(rule: Rule) -> Place:
    if rule.profile:
        return _in_profile(rule)
    first, _, rest = rule.id.partition(".")
    if first == "ext":
        return Place(EXTENSIONS, EXTENSIONS_TITLE, rest.partition(".")[0], "")
    section = next(name for name, (_, words) in GROUPS.items() if first in words)
    return Place(COMMON, COMMON_TITLE, section, "")


def _in_profile(rule: Rule) -> Place:
    profile, title = guide().profiles[rule.profile], heading(rule.profile)
    prohibited = {*profile.prohibited.values(), *(entry[2] for entry in profile.prohibited_when.values())}
    if rule.id in prohibited:
        return Place(profile.key, title, PROHIBITED, "")
    owner = next((path for path, element in profile.elements.items() if rule.id in element.rules.values()), None)
    path = owner or _nearest(profile.key, profile.type, rule.path)
    return Place(profile.key, title, anchor(path) if path else WHOLE, path)


def _nearest(key: str, type_: str, rule_path: str) -> str:
    """The element that a rule's path names, or the closest above it; "" for the resource as a whole."""
    written = rule_path.removeprefix(type_).removeprefix(".").partition(":")[0]
    while written:
        for path in elements(key):
            if written in spellings(type_, path) or written.partition("[")[0] == path.removesuffix(CHOICE):
                return path
        written = written.rpartition(".")[0]
    return ""
