"""One page is one run as a single HTML file that can be mailed: summary, the rules that were broken, the reports, the remedies."""

from datetime import datetime
from html import escape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TextIO

from orchestration.conformance import library
from orchestration.conformance.primitives import COPENHAGEN
from orchestration.desk.fragments import report_card, rule_card, tag
from orchestration.desk.heading import is_later, transition_end
from orchestration.desk.judgement import SEVERITIES, Judgement
from orchestration.desk.paths import shown
from orchestration.desk.request import Request
from orchestration.desk.tally import Tally
from orchestration.desk.words import count, day, number, say

LISTED = 1000
"""Reports written out on the page: a browser still opens it, and nobody reads more. All are counted."""
OPEN = 20
"""With no more reports than this they stand unfolded."""
SEEN = 5
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)


class Page:
    """Collects what is listed (bounded), counts the rest, and writes the page at the end."""

    def __init__(self, out: TextIO, asked: Request) -> None:
        self._out, self._asked, self._lang = out, asked, asked.lang
        self._stopped: list[Judgement] = []
        self._remarked: list[Judgement] = []
        self._clean: list[str] = []
        self._seen: dict[str, list[tuple[str, str]]] = {}

    def begin(self) -> None:
        """Nothing is written before the totals are known."""

    def add(self, judgement: Judgement) -> None:
        """Keep a report for the list, without its bytes."""
        if judgement.is_clean:
            if len(self._clean) < LISTED:
                self._clean.append(judgement.source)
            return
        kind, kept = ("w", self._remarked) if judgement.status == "accepted" else ("r", self._stopped)
        if len(kept) == LISTED:
            return
        kept.append(judgement.slim())
        for group in judgement.groups:
            seen = self._seen.setdefault(group.rule.id, [])
            if len(seen) < SEEN:
                seen.append((f"{kind}{len(kept)}", judgement.source))

    def end(self, tally: Tally) -> None:
        """Write the page."""
        parts = [self._head(), self._top(tally), "<main id='main'>", self._figures(tally)]
        parts += [self._rules(tally), self._lists(tally), self._accepted(tally), "</main>", self._foot()]
        self._out.write("\n".join(part for part in parts if part) + "\n")
        self._out.flush()

    def _say(self, key: str, **values: str) -> str:
        return escape(say(key, self._lang, **values))

    def _head(self) -> str:
        here = Path(__file__)
        style = here.with_suffix(".css").read_text(encoding="utf-8")
        return (
            f'<!DOCTYPE html>\n<html lang="{self._lang}">\n<head>\n<meta charset="utf-8"/>\n'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"/>\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
            '<meta name="referrer" content="no-referrer"/>\n<meta name="robots" content="noindex"/>\n'
            f"<title>{self._say('title')} · KL Gateway</title>\n<style>\n{style}</style>\n</head>\n<body>"
        )

    def _top(self, tally: Tally) -> str:
        asked, now = self._asked, datetime.now(COPENHAGEN)
        on, end = day(asked.context.as_of, self._lang), day(transition_end(), self._lang)
        codes = asked.context.sor_codes
        guides = ", ".join(library.GUIDES)
        facts = [
            ("checked_at", f"{day(now.date(), self._lang)}, {now:%H:%M}"),
            ("rules_of", say("rules_on", self._lang, day=on)),
            ("guide", guides),
            ("sources", ", ".join(shown(path) for path in asked.paths)),
            (
                "sender",
                say("sender_checked", self._lang, count=str(len(codes)))
                if codes
                else say("sender_unchecked", self._lang),
            ),
        ]
        listed = "".join(f"<dt>{self._say(key)}</dt><dd>{escape(value)}</dd>" for key, value in facts)
        later = f'<p class="later">{self._say("as_of_later", day=on, end=end)}</p>' if is_later(asked) else ""
        return (
            f'<a class="skip" href="#main">{self._say("title")}</a>\n<header class="top"><div>\n'
            f'<p class="brand">{self._say("platform")}</p>\n<h1>{self._say("title")}</h1>\n'
            f"{self._answer(tally)}\n{later}\n<dl>{listed}</dl>\n</div></header>"
        )

    def _answer(self, tally: Tally) -> str:
        answers = []
        if tally.rejected:
            words = {"bad": number(tally.rejected, self._lang), "all": number(tally.reports, self._lang)}
            answers.append(("rejected", self._say("some_bad", **words)))
        if tally.faults:
            rules = ", ".join(sorted({name for name, _ in tally.faults if name})) or "-"
            words = {"reports": count(tally.faulty, "report", self._lang), "rules": rules}
            answers.append(("fault", self._say("fault_line", **words)))
        if not answers:
            answers.append(("accepted", self._say("all_good" if tally.reports else "none")))
        return "\n".join(f'<p class="answer {kind}">{text}</p>' for kind, text in answers)

    def _figures(self, tally: Tally) -> str:
        figures = [(tally.reports, "report"), (tally.accepted, "accepted"), (tally.rejected, "rejected")]
        figures += [(tally.faulty, "fault")] if tally.faults else []
        figures += [(tally.places("error"), "error"), (tally.places("warning"), "warning")]
        nouns = {"report", "error", "warning"}
        items = "".join(
            f"<li><b>{number(value, self._lang)}</b>"
            f"<span>{self._say(key + ('s' if key in nouns and value != 1 else ''))}</span></li>"
            for value, key in figures
        )
        bars = [(tally.rejected, "bad"), (tally.faulty, "fault"), (tally.accepted, "good")]
        share = "".join(f'<i style="flex:{value};background:var(--{name})"></i>' for value, name in bars if value)
        return f'<ul class="figures">{items}</ul>\n<div class="share" aria-hidden="true">{share}</div>'

    def _rules(self, tally: Tally) -> str:
        found = tally.commonest()
        if not found:
            return ""
        cards = "\n".join(rule_card(rule, self._seen.get(rule.rule.id, []), self._lang) for rule in found)
        lead = f'<p class="lead">{self._say("to_mend_lead")}</p>'
        return f"<section>\n<h2>{self._say('to_mend')} ({len(found)})</h2>\n{lead}\n{cards}\n</section>"

    def _lists(self, tally: Tally) -> str:
        """Rejected reports first: they are what must be mended before anything is sent."""
        stopped = self._list("r", "rejected_reports", tally.rejected + tally.faulty, self._stopped)
        remarked = self._list("w", "remarked_reports", tally.remarked, self._remarked)
        return f"{self._filter(tally)}\n{stopped}\n{remarked}" if stopped or remarked else ""

    def _list(self, kind: str, title: str, count: int, reports: list[Judgement]) -> str:
        if not reports:
            return ""
        is_open = kind == "r" and len(reports) <= OPEN
        listed = "\n".join(
            report_card(f"{kind}{n}", report, is_open, self._lang) for n, report in enumerate(reports, 1)
        )
        capped = ""
        if count > len(reports):
            capped = f'<p class="lead">{self._say("capped", shown=number(len(reports), self._lang))}</p>'
        return f"<section>\n<h2>{self._say(title)} ({number(count, self._lang)})</h2>\n{capped}\n{listed}\n</section>"

    def _filter(self, tally: Tally) -> str:
        """Hidden until the script shows it: without a script it can do nothing."""
        ids = sorted(tally.rules)
        options = "".join(f'<option value="{name}">{name}</option>' for name in ids)
        boxes = "".join(
            f'<label><input type="checkbox" value="{name}" checked="checked"/>{tag(name, self._lang)}</label>'
            for name in SEVERITIES
            if any(rule.severity == name for rule in tally.rules.values())
        )
        counted = self._say("shown_count", shown="{shown}", all="{all}")
        return (
            f'<form class="card filter" hidden="hidden" aria-label="{self._say("filter")}">\n'
            f'<label class="field">{self._say("search")}<input type="search" name="words"/></label>\n'
            f'<label class="field">{self._say("which_rule")}<select name="rule"><option value="">'
            f"{self._say('every_rule')}</option>{options}</select></label>\n"
            f"<fieldset><legend>{self._say('show')}</legend>{boxes}</fieldset>\n"
            f'<button type="button" data-open="{self._say("open_all")}" data-close="{self._say("close_all")}">'
            f'{self._say("open_all")}</button>\n<output aria-live="polite" data-text="{counted}"></output>\n</form>'
        )

    def _accepted(self, tally: Tally) -> str:
        clean = tally.accepted - tally.remarked
        if not clean:
            return ""
        items = "".join(f"<li>{escape(source)}</li>" for source in self._clean)
        more = f"<li>… +{number(clean - len(self._clean), self._lang)}</li>" if clean > len(self._clean) else ""
        title = f"<strong>{self._say('clean')} ({number(clean, self._lang)})</strong>"
        return f'<details class="card clean">\n<summary>{title}</summary>\n<ul>{items}{more}</ul>\n</details>'

    def _foot(self) -> str:
        script = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
        try:
            made = f"{say('made_by', self._lang)} {version('klgateway')}"
        except PackageNotFoundError:  # run from a folder, not installed
            made = say("made_by", self._lang)
        return (
            f"<footer><p>{self._say('rule_pages')}</p><p>{self._say('private')}</p><p>{escape(made)}.</p></footer>\n"
            f"<script>\n{script}</script>\n</body>\n</html>"
        )
