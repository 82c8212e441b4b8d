"""One `Wording` puts texts, numbers, days and periods into one of the two languages."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from orchestration.guide import times
from orchestration.indicators.records import Text
from orchestration.portal.figures import ALL, Figure, Indicator, Period

HERE = Path(__file__).parent
Language = Literal["da", "en"]
LANGUAGES: tuple[Language, ...] = ("da", "en")
MONTHS = {"da": times.DANISH, "en": times.ENGLISH}
DIGITS = {
    "rate": 1,
    "share": 1,
    "mean": 2,
    "median": 1,
    "ratio": 2,
    "diversity": 1,
    "divergence": 2,
    "flag": 0,
}
"""Decimals shown of a value, by the kind of its indicator; the release has two."""


class Theme(msgspec.Struct, frozen=True):
    """A heading, and the indicators below it."""

    id: str
    title: Text
    indicators: tuple[str, ...]


@cache
def texts() -> dict[str, Text]:
    """Every text, by its key."""
    return msgspec.yaml.decode((HERE / "texts.yml").read_bytes(), type=dict[str, Text])


@cache
def themes() -> tuple[Theme, ...]:
    """The headings, in order."""
    return msgspec.yaml.decode((HERE / "themes.yml").read_bytes(), type=tuple[Theme, ...])


@dataclass(frozen=True)
class Wording:
    """`language` is what everything is said in."""

    language: Language

    def t(self, key: str, **filled: object) -> str:
        """The text of a key. Raises KeyError: there is none, or something is not filled in."""
        return self.of(texts()[key]).format(**filled) if filled else self.of(texts()[key])

    def of(self, text: Text) -> str:
        """The text in this language."""
        return text.da if self.language == "da" else text.en

    def number(self, value: float | None, digits: int = 0) -> str:
        """1.234,5 in Danish, 1,234.5 in English; empty for none."""
        if value is None:
            return ""
        told = f"{value:,.{digits}f}"
        return told.translate(str.maketrans(",.", ".,")) if self.language == "da" else told

    def value(self, indicator: Indicator, figure: Figure) -> str:
        """The value as a page shows it, or the words for why there is none."""
        if figure.state != "value":
            return self.t(figure.state)
        return self.number(figure.value, DIGITS[indicator.kind])

    def interval(self, indicator: Indicator, figure: Figure) -> str:
        """Lower and upper end, or nothing."""
        if figure.low is None or figure.high is None:
            return ""
        digits = min(DIGITS[indicator.kind], 1)
        return f"{self.number(figure.low, digits)} – {self.number(figure.high, digits)}"

    def unit(self, indicator: Indicator) -> str:
        """What a value is told in."""
        return self.t(f"unit_{indicator.kind}")

    def day(self, day: date | None) -> str:
        """14. april 2026, 14 April 2026."""
        if day is None:
            return ""
        month = MONTHS[self.language][day.month - 1]
        return f"{day.day}. {month} {day.year}" if self.language == "da" else f"{day.day} {month} {day.year}"

    def period(self, period: Period | None) -> str:
        """marts 2026; 2. kvartal 2026; juli 2025 – juni 2026."""
        if period is None:
            return self.t("none_yet")
        if period.kind == "quarter":
            number = (period.end.month - 1) // 3 + 1
            return f"{number}. kvartal {period.end.year}" if self.language == "da" else f"Q{number} {period.end.year}"
        if period.kind == "rolling_12":
            return f"{self._month(period.start)} – {self._month(period.end)}"
        return self._month(period.start)

    def band(self, band: str) -> str:
        """An age band in words."""
        return self.t("all_ages") if band == ALL else band.replace("-", "–")

    def _month(self, day: date) -> str:
        return f"{MONTHS[self.language][day.month - 1]} {day.year}"
