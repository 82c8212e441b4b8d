"""One `Indicator` is one file of `dbt_project/indicators/`: question, limits, who answers for it; its parts are what is counted."""

from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

Kind = Literal["rate", "share", "mean", "median", "ratio", "diversity", "divergence", "flag"]
Period = Literal["month", "quarter", "quarter_before", "rolling_12"]
PER = {"rate": 1000, "share": 100}
"""What a value is told per: inhabitants, or hundredths; every other kind is told as it is."""


class Text(msgspec.Struct, frozen=True):
    """The same in both languages."""

    da: str
    en: str


class Minimum(msgspec.Struct, frozen=True):
    """Least counts of a published cell; the complement (denominator - numerator) has that of the numerator."""

    denominator: int
    numerator: int
    citizens: int


class Flag(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is worth a look: a value (0-1, hours, codes) below or above, above so many medians, outside the 5-95 percentiles."""

    below: float | None = None
    above: float | None = None
    times_median: float | None = None
    percentiles: bool = False


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing counted. `withholds`: where it is flagged, the municipality's month is not published."""

    id: str
    kind: Kind
    definition: Text
    flag: Flag
    withholds: bool
    title: Text | None = None


class Anchor(msgspec.Struct, frozen=True):
    """A public figure that it resembles, and whether that was seen, is known, or is none."""

    what: str
    seen: Literal["verified", "known", "none"]


class Indicator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`period`: what it is counted over (`quarter_before`: told a quarter later). `ages`: lowest ages of its bands.

    `protects`: whether a cell tells of persons. `checker` is empty until somebody has checked it.
    """

    id: str
    title: Text
    question: Text
    exclusions: Text
    period: Period
    direction: Literal["up", "down", "neutral"]
    ages: tuple[int, ...]
    protects: Literal["persons", "none"]
    minimum: Minimum
    resembles: Anchor
    author: str
    checker: str
    next_review_on: date
    parts: tuple[Part, ...]
    series_from_on: date | None = None

    @property
    def table(self) -> str:
        """`A`: across municipalities; `D`: data quality and uniformity."""
        return self.id[0]

    def name(self, part: Part) -> Text:
        """Title of a part, with that of the indicator."""
        if part.title is None:
            return self.title
        return Text(f"{self.title.da}: {part.title.da.lower()}", f"{self.title.en}: {part.title.en.lower()}")


def load_indicators(folder: Path) -> list[Indicator]:
    """All records, in order of id.

    Raises:
        ValueError: a file is no record; its name and what is wrong with it.
    """
    found = []
    for path in sorted(folder.glob("*.yml")):
        try:
            record = msgspec.yaml.decode(path.read_bytes(), type=Indicator)
        except msgspec.MsgspecError as error:
            raise ValueError(f"{path.name}: {error}") from None
        if record.id != path.stem or any(not part.id.startswith(record.id) for part in record.parts):
            raise ValueError(
                f"{path.name}: the file, the indicator and its parts must have one id; {record.id} differs."
            )
        found.append(record)
    return found
