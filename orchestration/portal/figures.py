"""One `Figures` is everything that the public release says, in the shape that pages are made from."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from orchestration.indicators.records import Text

COUNTRY = "DK"
ALL = "all"
"""The age band of every age."""
FORMER_REGIONS = {"1084": "Region Hovedstaden", "1085": "Region Sjælland"}
"""Regions that end with 2026: no municipality is in them any more, their figures of earlier periods stay."""
SHOWN = {"month": 13, "quarter": 9, "rolling_12": 9}
"""Periods on a page, by kind: a year and the one a year before, two years and one. The downloads have every period."""


class Figure(NamedTuple):
    """One public figure. `state` is `value` or why there is none; `limits`: 95 % low, high, 99.8 % low, high."""

    state: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    standardised: float | None = None
    limits: tuple[float | None, ...] = (None, None, None, None)
    is_flagged: bool = False
    break_reason: Text | None = None
    vintage: int = 1
    cut_off_on: date | None = None


NO_FIGURE, NO_TOTAL = Figure("none_yet"), Figure("no_total")
"""A period that has not been counted; an area of several municipalities of which too few have figures."""


class Period(NamedTuple):
    """One period that figures are told for; `kind`: month, quarter, rolling_12."""

    kind: str
    start: date
    end: date


@dataclass(frozen=True)
class Municipality:
    """`region` is that of the day of the release."""

    code: str
    name: str
    region: str
    region_name: str
    population: int
    population_65plus: int
    population_80plus: int
    population_on: date


@dataclass(frozen=True)
class Indicator:
    """What the release says of an indicator, or part of one. `native`: the kind of period that it is counted over."""

    id: str
    table: str
    title: Text
    kind: str
    native: str
    direction: str
    question: Text
    definition: Text
    exclusions: Text
    min_denominator: int
    min_numerator: int
    flag_below: float | None
    flag_above: float | None
    flag_median_times: float | None
    is_flagged_by_percentiles: bool
    is_withholding: bool
    is_personal: bool
    resembles: str
    author: str
    checker: str | None
    next_review_on: date


@dataclass(frozen=True)
class Source:
    """The release that all is made from."""

    release_id: str
    created_at: datetime
    manifest_sha256: str
    cut_off_on: date
    withheld: frozenset[str]


@dataclass(frozen=True)
class Figures:
    """`groups`: municipality → those it is compared with, the nearest first. `told` by indicator, kind, start, age band, area."""

    source: Source
    municipalities: tuple[Municipality, ...]
    indicators: tuple[Indicator, ...]
    groups: dict[str, tuple[str, ...]]
    is_own_list: bool
    told: dict[tuple[str, str, date, str], dict[str, Figure]]
    periods: dict[tuple[str, str], tuple[Period, ...]]
    bands: dict[str, tuple[str, ...]]

    def figure(self, indicator: str, period: Period | None, area: str, band: str = ALL) -> Figure:
        """The figure, or `NO_FIGURE`. What the gate withheld of a municipality is withheld here too."""
        if area in self.source.withheld:
            return Figure("withheld")
        if period is None:
            return NO_FIGURE
        told = self.told.get((indicator, period.kind, period.start, band), {})
        is_whole = area == COUNTRY or area in self.totals
        return told.get(area, NO_TOTAL if told and is_whole else NO_FIGURE)

    def kinds(self, indicator: str) -> list[str]:
        """The kinds of period that an indicator is told for, the one it is counted over first."""
        found = [kind for kind in SHOWN if (indicator, kind) in self.periods]
        native = next((i.native for i in self.indicators if i.id == indicator), "")
        return sorted(found, key=lambda kind: kind != native)

    def newest(self, indicator: str, kind: str | None = None) -> Period | None:
        """The newest period of the kind (else of the indicator's own) that any municipality has a figure for; else the newest."""
        kind = kind or next(iter(self.kinds(indicator)), None)
        if kind is None:
            return None
        periods = self.periods[(indicator, kind)]
        for period in reversed(periods):
            if any(f.state == "value" for f in self.told.get((indicator, kind, period.start, ALL), {}).values()):
                return period
        return periods[-1]

    @cached_property
    def regions(self) -> dict[str, str]:
        """Region code → name, in order of code."""
        return dict(sorted({(m.region, m.region_name) for m in self.municipalities}))

    @cached_property
    def totals(self) -> dict[str, str]:
        """As `regions`, and those of earlier periods."""
        told = {area for areas in self.told.values() for area in areas}
        return self.regions | {code: name for code, name in FORMER_REGIONS.items() if code in told}

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """Every area that is told of: the municipalities by name, the regions, the country."""
        return (*(m.code for m in self.municipalities), *self.totals, COUNTRY)

    @property
    def newest_end(self) -> date | None:
        """The last day that any figure tells of."""
        ends = [p.end for (indicator, _), periods in self.periods.items() for p in periods[-1:] if indicator]
        return max(ends, default=None)


def by_indicator(told: dict[tuple[str, str, date, str], dict[str, Figure]]) -> dict[str, tuple[str, ...]]:
    """Indicator → its age bands, `all` first."""
    found: dict[str, set[str]] = defaultdict(set)
    for indicator, _, _, band in told:
        found[indicator].add(band)
    return {indicator: tuple(sorted(bands, key=lambda band: (band != ALL, band))) for indicator, bands in found.items()}
