"""One fragment is one rule or one report as HTML, everything in it escaped."""

from html import escape

from orchestration.desk.judgement import Group, Judgement, Spot
from orchestration.desk.tally import RuleCount
from orchestration.desk.words import Lang, count, number, say


def tag(kind: str, lang: Lang) -> str:
    """A severity or a verdict as a small label."""
    return f'<span class="tag {kind}">{escape(say(kind, lang))}</span>'


def rule_card(counted: RuleCount, seen: list[tuple[str, str]], lang: Lang) -> str:
    """One broken rule of the run: how often, what it says, how it is mended, and links to the first reports."""
    rule = counted.rule
    how_often = f"{count(counted.places, 'place', lang)} {say('in', lang)} {count(counted.reports, 'report', lang)}"
    links = ", ".join(f'<a href="#{anchor}">{escape(source)}</a>' for anchor, source in seen)
    rest = " …" if counted.reports > len(seen) else ""
    where = f'<p class="where"><b>{escape(say("first_seen", lang))}:</b> {links}{rest}</p>' if links else ""
    return (
        f'<article class="card rule {counted.severity}" id="{rule.id}">\n'
        f"<header>{tag(counted.severity, lang)}<code>{rule.id}</code><span>{escape(how_often)}</span></header>\n"
        f"<h3>{escape(rule.message_en if lang == 'en' else rule.message_da)}</h3>\n"
        f"{_remedy(rule.remedy_en if lang == 'en' else rule.remedy_da, lang)}\n{where}\n</article>"
    )


def report_card(anchor: str, judgement: Judgement, is_open: bool, lang: Lang) -> str:
    """One report with its findings, folded or not."""
    sums: dict[str, int] = {}
    for group in judgement.groups:
        sums[group.severity] = sums.get(group.severity, 0) + group.occurrences
    counts = " · ".join(count(value, severity, lang) for severity, value in sums.items())
    name = f"<code>Bundle/{escape(judgement.bundle_id)}</code>" if judgement.bundle_id else ""
    body = _fault(judgement, lang) if judgement.status == "fault" else ""
    body += "\n".join(_group(group, lang) for group in judgement.groups)
    opened = ' open="open"' if is_open else ""
    return (
        f'<details class="card report" id="{anchor}" data-verdict="{judgement.status}"{opened}>\n'
        f"<summary><strong>{escape(judgement.source)}</strong>{tag(judgement.status, lang)}"
        f"<span>{escape(counts)}</span>{name}</summary>\n{body}\n</details>"
    )


def _group(group: Group, lang: Lang) -> str:
    rule = group.rule
    spots = "".join(_spot(spot, lang) for spot in group.spots if spot.expression or spot.place)
    if (more := group.occurrences - len(group.spots)) > 0:
        words = {"more": number(more, lang), "all": number(group.occurrences, lang)}
        spots += f"<li><span>{escape(say('more_places', lang, **words))}</span></li>"
    listed = f'<ul class="spots">{spots}</ul>' if spots else ""
    return (
        f'<div class="rule {group.severity}" data-rule="{rule.id}" data-severity="{group.severity}">\n'
        f'<header>{tag(group.severity, lang)}<code><a href="#{rule.id}">{rule.id}</a></code></header>\n'
        f"<h3>{escape(rule.message_en if lang == 'en' else rule.message_da)}</h3>\n"
        f"{listed}\n{_remedy(rule.remedy_en if lang == 'en' else rule.remedy_da, lang)}\n</div>"
    )


def _spot(spot: Spot, lang: Lang) -> str:
    parts = [f"<code>{escape(spot.expression)}</code>"] if spot.expression else []
    parts += [f"<span>{escape(spot.resource)}</span>"] if spot.resource else []
    if spot.place:
        line, column = (str(value) for value in spot.place)
        parts.append(f"<span>{escape(say('line_column', lang, line=line, column=column))}</span>")
    return f"<li>{''.join(parts)}</li>"


def _remedy(text: str, lang: Lang) -> str:
    return f'<p class="remedy"><b>{escape(say("how_to_mend", lang))}:</b> {escape(text)}</p>'


def _fault(judgement: Judgement, lang: Lang) -> str:
    fault = judgement.verdict.fault
    name = " ".join(part for part in (fault.rule_id, fault.exception_type) if part) if fault else ""
    return (
        f'<div class="rule"><h3>{escape(say("fault_text", lang))}</h3>'
        f"{_remedy(say('fault_remedy', lang, name=name), lang)}</div>"
    )
