"""One day as a reader reads it: the last of the transition, and the first after it."""

from datetime import date, timedelta

from orchestration.guide.records import guide
from orchestration.guide.texts import Text

DANISH = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)
ENGLISH = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def written(day: date) -> Text:
    """`31. december 2026` and `31 December 2026`."""
    return Text(
        f"{day.day}. {DANISH[day.month - 1]} {day.year}",
        f"{day.day} {ENGLISH[day.month - 1]} {day.year}",
    )


def last_day() -> Text:
    """The last day of the transition."""
    return written(guide().transition_end)


def later_day() -> Text:
    """The first day on which the rules of after the transition are in force."""
    return written(guide().transition_end + timedelta(days=1))


def later_iso() -> str:
    """The same day as a program takes it."""
    return (guide().transition_end + timedelta(days=1)).isoformat()
