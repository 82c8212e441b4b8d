"""One tile is one municipality on a map of equal squares: its column from the west, its row from the north, both from 0.

No package of the indexes has the borders of the 98 municipalities under a free licence (looked for on 2026-11-26), so the map is
of tiles: laid out once from the approximate places of the municipalities, by the least sum of squared moves.
"""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Tile(NamedTuple):
    """Where a municipality stands."""

    column_number: int
    row_number: int


@cache
def tiles() -> dict[str, Tile]:
    """Municipality code → its tile."""
    with (Path(__file__).parent / "tiles.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["municipality_code"]: Tile(int(row["column_number"]), int(row["row_number"]))
            for row in csv.DictReader(file)
        }
