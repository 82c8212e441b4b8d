"""One `Card` is what one municipality is told on one day; `index.html` shows it, `card.json` holds it."""

from datetime import date

import msgspec

WINDOW = 30
"""Days that the card looks back on; the trend compares with as many before."""


class Week(msgspec.Struct, frozen=True):
    """Reports of a week that begins on a Monday; `accepted` of `received`."""

    monday: date
    received: int
    accepted: int


class Rule(msgspec.Struct, frozen=True):
    """One rule that was broken. `kind`: `rejection` (reports not accepted) or `consistency` (what does not hang together).

    `now`: occurrences in the window, of consistency all that is open; `before`: in the window before, of consistency what was found
    before this one.
    """

    id: str
    kind: str
    severity: str
    now: int
    before: int
    message_da: str
    message_en: str
    remedy_da: str
    remedy_en: str
    page: str


class Measure(msgspec.Struct, frozen=True):
    """One figure of uniformity beside those of the others. `low`, `middle`, `high`: quartiles and median of the others."""

    id: str
    title_da: str
    title_en: str
    definition_da: str
    definition_en: str
    unit: str
    state: str
    value: float | None
    low: float | None
    middle: float | None
    high: float | None
    least: float | None
    most: float | None
    others: int
    is_flagged: bool
    counted: float | None
    period_end_on: date


class Todo(msgspec.Struct, frozen=True):
    """One thing worth mending; `weight`: how much it would help. `page`: of the guide, empty for a figure."""

    what_da: str
    what_en: str
    how_da: str
    how_en: str
    count: int
    weight: float
    page: str
    rule_id: str


class Card(msgspec.Struct, frozen=True):
    """`silent`: days of the window without any report. `hours`: median and 95th percentile from the day told of to receipt."""

    municipality_code: str
    municipality_name: str
    day: date
    received: int
    accepted: int
    accepted_before: float | None
    days: int
    silent: tuple[date, ...]
    hours: float | None
    hours_95: float | None
    weeks: tuple[Week, ...]
    rules: tuple[Rule, ...]
    measures: tuple[Measure, ...]
    todo: tuple[Todo, ...]

    @property
    def accepted_share(self) -> float | None:
        """Of the reports of the window; None without any."""
        return self.accepted / self.received if self.received else None
