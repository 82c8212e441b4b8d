"""One paragraph of the text output is one report with its findings, rule by rule, in the manner of a linter."""

from typing import TextIO

from orchestration.desk.heading import heading
from orchestration.desk.judgement import Group, Judgement, Spot
from orchestration.desk.request import Request
from orchestration.desk.tally import Tally
from orchestration.desk.words import count, number, say

COMMONEST = 10
STYLES = {"error": "31;1", "warning": "33;1", "information": "36", "rejected": "31;1", "fault": "35;1", "strong": "1"}
STYLES |= {"accepted": "32;1", "dim": "2", "source": "4;1"}


class Text:
    """Writes as it goes. Reports without findings are counted only. Colours are for a terminal, never for a file."""

    def __init__(self, out: TextIO, asked: Request) -> None:
        self._out, self._asked, self._lang = out, asked, asked.lang
        self._is_colour = out.isatty()

    def begin(self) -> None:
        """The heading, when the rules of a certain date were asked for."""
        if self._asked.is_dated:
            self._out.write(f"{self._style('strong', heading(self._asked))}\n\n")

    def add(self, judgement: Judgement) -> None:
        """One paragraph, unless there is nothing to say."""
        if judgement.is_clean:
            return
        lines = [self._title(judgement)]
        if judgement.status == "fault":
            lines += self._fault(judgement)
        for group in judgement.groups:
            lines += self._group(group)
        self._out.write("\n".join(lines) + "\n\n")

    def end(self, tally: Tally) -> None:
        """The summary: counts, and the commonest rules where there is more than one report to count them in."""
        self._out.write(self._commonest(tally) if tally.reports > 1 else "")
        self._out.write(f"{self._counts(tally)}\n")
        if tally.commonest():
            self._out.write(f"{self._style('dim', say('rule_pages', self._lang))}\n")
        self._out.flush()

    def _style(self, name: str, text: str) -> str:
        return f"\x1b[{STYLES[name]}m{text}\x1b[0m" if self._is_colour else text

    def _title(self, judgement: Judgement) -> str:
        sums: dict[str, int] = {}
        for group in judgement.groups:
            sums[group.severity] = sums.get(group.severity, 0) + group.occurrences
        parts = [self._style(judgement.status, say(judgement.status, self._lang).upper())]
        parts += [count(value, severity, self._lang) for severity, value in sums.items()]
        parts += [self._style("dim", f"Bundle/{judgement.bundle_id}")] if judgement.bundle_id else []
        return f"{self._style('source', judgement.source)}  {' · '.join(parts)}"

    def _group(self, group: Group) -> list[str]:
        """Severity and rule; message; the places; the remedy."""
        rule, english = group.rule, self._lang == "en"
        severity = self._style(group.severity, say(group.severity, self._lang))
        lines = [f"  {severity}  {self._style('strong', rule.id)}"]
        lines.append(f"    {rule.message_en if english else rule.message_da}")
        lines += [line for spot in group.spots if (line := self._spot(spot))]
        if (more := group.occurrences - len(group.spots)) > 0:
            words = {"more": number(more, self._lang), "all": number(group.occurrences, self._lang)}
            lines.append(f"      {self._style('dim', say('more_places', self._lang, **words))}")
        remedy = rule.remedy_en if english else rule.remedy_da
        return [*lines, f"    {self._style('accepted', say('remedy', self._lang))} {remedy}"]

    def _spot(self, spot: Spot) -> str:
        place = "{}:{}".format(*spot.place) if spot.place else ""
        resource = self._style("dim", f"({spot.resource})") if spot.resource else ""
        text = "  ".join(part for part in (place, spot.expression, resource) if part)
        return f"      {text}" if text else ""

    def _fault(self, judgement: Judgement) -> list[str]:
        fault = judgement.verdict.fault
        name = " ".join(part for part in (fault.rule_id, fault.exception_type) if part) if fault else ""
        remedy = say("fault_remedy", self._lang, name=name)
        return [f"    {say('fault_text', self._lang)}", f"    {say('remedy', self._lang)} {remedy}"]

    def _commonest(self, tally: Tally) -> str:
        found = tally.commonest()
        if not found:
            return ""
        severities = [say(rule.severity, self._lang) for rule in found[:COMMONEST]]
        reports = self._column([rule.reports for rule in found[:COMMONEST]], "report")
        places = self._column([rule.places for rule in found[:COMMONEST]], "place")
        wide = max(map(len, severities))
        lines = [self._style("strong", say("commonest", self._lang))]
        for rule, severity, report, place in zip(found, severities, reports, places, strict=False):
            word = self._style(rule.severity, severity.ljust(wide))
            lines.append(f"  {word}  {report}  {place}  {rule.rule.id}")
        if more := len(found) - COMMONEST:
            lines += [f"  {say('more_rules', self._lang, more=str(more))}"] if more > 0 else []
        return "\n".join(lines) + "\n\n"

    def _column(self, values: list[int], noun: str) -> list[str]:
        """Counts below one another: figures to the right, nouns to the left."""
        pairs = [count(value, noun, self._lang).split(" ", 1) for value in values]
        figures, nouns = (max(len(pair[part]) for pair in pairs) for part in (0, 1))
        return [f"{figure.rjust(figures)} {word.ljust(nouns)}" for figure, word in pairs]

    def _counts(self, tally: Tally) -> str:
        lang = self._lang
        verdicts = [f"{number(tally.accepted, lang)} {say('accepted', lang)}"]
        if tally.remarked:
            verdicts[0] += f" ({say('with_warnings', lang, count=number(tally.remarked, lang))})"
        verdicts[0] = self._style("accepted", verdicts[0]) if tally.accepted else verdicts[0]
        rejected = f"{number(tally.rejected, lang)} {say('rejected', lang)}"
        verdicts.append(self._style("rejected", rejected) if tally.rejected else rejected)
        if tally.faults:
            verdicts.append(self._style("fault", f"{number(tally.faulty, lang)} {say('fault', lang)}"))
        places = [count(tally.places(s), s, lang) for s in ("error", "warning", "information") if tally.places(s)]
        what = f"{count(tally.reports, 'report', lang)} {say('in', lang)} {count(tally.files, 'file', lang)}"
        return f"{what}: {', '.join(verdicts)}." + (f" {', '.join(places)}." if places else "")
