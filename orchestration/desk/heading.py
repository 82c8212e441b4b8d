"""One heading says by the rules of which day the reports are judged, and whether that day lies after the transition."""

from datetime import date

from orchestration.conformance import library
from orchestration.desk.request import Request
from orchestration.desk.words import day, say


def transition_end() -> date:
    """The last day on which the transition's rules hold, of the guide that is reported by."""
    return library.guide(library.GUIDES[0]).transition_end


def is_later(asked: Request) -> bool:
    """Whether the rules asked for are those after the transition."""
    return asked.context.as_of > transition_end()


def heading(asked: Request) -> str:
    """The sentence that stands above a text output when a date was asked for."""
    key = "as_of_later" if is_later(asked) else "as_of_now"
    return say(key, asked.lang, day=day(asked.context.as_of, asked.lang), end=day(transition_end(), asked.lang))
