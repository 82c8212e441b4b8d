"""One `Municipality` is one of the 98, with its population; facts from `municipalities.csv` (Danmarks Statistik FOLK1A)."""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", " ": "-"})


class Municipality(NamedTuple):
    """`place`: in the list, 0-97. Counts of persons."""

    place: int
    code: str
    name: str
    population: int
    over_65: int
    over_80: int

    @property
    def sender_id(self) -> str:
        """Code and name, as the drop folder is called: 0461-odense."""
        return f"{self.code}-{self.name.lower().translate(LETTERS)}"


@cache
def municipalities() -> tuple[Municipality, ...]:
    """All 98, in order of code."""
    path = Path(__file__).with_name("municipalities.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = sorted(csv.DictReader(stream), key=lambda row: row["municipality_code"])
    return tuple(
        Municipality(
            place,
            row["municipality_code"],
            row["name"],
            int(row["population_count"]),
            int(row["population_65plus_count"]),
            int(row["population_80plus_count"]),
        )
        for place, row in enumerate(rows)
    )
