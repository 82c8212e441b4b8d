"""One rule page is one rule of the catalogue: what is wrong, how to mend it, an example, and what follows from it."""

from collections.abc import Iterator

from orchestration.conformance.rules import Rule, all_rules
from orchestration.guide.choices import choices
from orchestration.guide.elements import elements
from orchestration.guide.examples import Example
from orchestration.guide.page import Page
from orchestration.guide.places import EXTENSIONS, places, rules_at
from orchestration.guide.records import guide
from orchestration.guide.texts import DECIDED, Text
from orchestration.guide.times import later_day


def when(rule: Rule) -> str:
    """`now`, `later` or `history`: the filter of the list of rules."""
    if rule.stage != "door":
        return "history"
    return "now" if rule.phase == "now" else "later"


def rule_pages(examples: dict[str, Example]) -> Iterator[Page]:
    """The list, and a page for each rule."""
    rules = list(all_rules().values())
    parts = {place.page: place.page_title for place in places().values()}
    shows = {
        "rules": rules,
        "parts": list(parts.items()),
        "places": places(),
        "whens": {rule.id: when(rule) for rule in rules},
        "later_rules": [rule for rule in rules if rule.phase != "now"],
    }
    lead = Text("Alle regler, som leverancer kontrolleres efter.", "Every rule that reports are checked by.")
    yield Page("regler/index.html", "rules.html", "regler", Text("Regler", "Rules"), lead, shows)
    for rule in rules:
        yield _rule_page(rule, examples[rule.id])


def _rule_page(rule: Rule, example: Example) -> Page:
    place = places()[rule.id]
    siblings = rules_at(place.page, place.section) if place.path else []
    element = elements(rule.profile).get(place.path) if rule.profile else None
    extension = guide().extensions.get(place.section) if place.page == EXTENSIONS else None
    bound = element or extension
    shows = {
        "rule": rule,
        "place": place,
        "example": example,
        "remedy": Text(rule.remedy_da, rule.remedy_en),
        "consequence": _consequence(rule),
        "since": _since(rule),
        "decided": DECIDED[rule.decided_by],
        "binding": bound.binding if bound and rule.kind == "binding" else None,
        "choices": [choice for choice in choices() if rule in choice["rules"]],
        "siblings": [each for each in siblings if each.id != rule.id],
    }
    message = Text(rule.message_da, rule.message_en)
    return Page(rule.page, "rule.html", "regler", message, message, shows)


def _consequence(rule: Rule) -> Text:
    if rule.stage == "none" or rule.restricts_nothing:
        return Text("Ingen: reglen kontrolleres ikke.", "None: the rule is not checked.")
    if rule.decided_by == "nothing":
        return Text(
            "Leverancen afvises ikke, og der er intet fund: det, der er modtaget, indgår i historikken, som reglen siger.",
            "The report is not rejected, and there is no finding: what was received becomes history as the rule says.",
        )
    if rule.stage == "history":
        return Text(
            "Leverancen afvises ikke; kommunen får fundet at se.",
            "The report is not rejected; the municipality is shown the finding.",
        )
    if rule.severity == "error":
        return Text("Fejl: hele leverancen afvises.", "Error: the whole report is rejected.")
    return Text(
        "Advarsel: leverancen modtages, men det bør rettes.",
        "Warning: the report is received, but it should be mended.",
    )


def _since(rule: Rule) -> Text:
    if rule.phase == "now":
        return Text("Nu.", "Now.")
    later = later_day()
    return Text(f"Fra {later.da}, dagen efter overgangsperioden.", f"From {later.en}, the day after the transition.")
