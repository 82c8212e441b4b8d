"""One `Request` is what one `klgateway validate` asks for: which paths, under which rules, in which format and language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from orchestration.conformance import primitives
from orchestration.conformance.verdict import Context
from orchestration.desk.paths import STDIN, has_reports, is_missing, shown
from orchestration.desk.words import Lang, say


class UsageError(Exception):
    """The command can't be carried out as given; the text is one line in the language asked for."""


@dataclass(frozen=True, slots=True)
class Request:
    """`lang` is the language of texts; `is_bilingual` = no language was asked for, so that an outcome carries both.

    `is_dated` = the rules of a certain date were asked for, which is then said in the heading.
    """

    paths: tuple[str, ...]
    format: str
    lang: Lang
    is_bilingual: bool
    is_dated: bool
    context: Context


def request(
    paths: Sequence[str], *, format: str, lang: Lang | None, as_of: str | None, sender_sor: Sequence[str]
) -> Request:
    """Read the command's arguments.

    A value after `--sender-sor` that isn't digits only is taken as a path, so that `--sender-sor CODE PATH` means what
    it looks like. Without `as_of` the rules of today (in Denmark) are in force.

    Raises:
        UsageError: a path doesn't exist or holds no report, a date is no date, a code is no SOR code.
    """
    spoken = lang or "da"
    codes = [value for value in sender_sor if value.isdigit()]
    given = (*paths, *(value for value in sender_sor if not value.isdigit()))
    if not given:
        raise UsageError(say("no_path", spoken))
    if any(primitives.SOR.fullmatch(code) is None for code in codes):
        raise UsageError(say("not_sor", spoken))
    if given.count(STDIN) > 1:
        raise UsageError(say("stdin_twice", spoken))
    for key, wrong in (("missing", is_missing), ("no_reports", lambda path: not has_reports(path))):
        if names := ", ".join(shown(path) for path in given if wrong(path)):
            raise UsageError(say(key, spoken, paths=names))
    return Request(
        given, format, spoken, lang is None, as_of is not None, Context(frozenset(codes) or None, _day(as_of, spoken))
    )


def _day(as_of: str | None, lang: Lang) -> date:
    if as_of is None:
        return datetime.now(primitives.COPENHAGEN).date()
    try:
        return date.fromisoformat(as_of)
    except ValueError:
        raise UsageError(say("not_date", lang)) from None
