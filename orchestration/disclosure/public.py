"""One `Row` is one figure that could be public: of a municipality, a region or the country, all ages or one age band."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from orchestration.disclosure.cells import Cell, Limits, Place, System
from orchestration.disclosure.protect import protect

ALL, COUNTRY = "all", "DK"
ADDED = ("rate", "share", "mean", "ratio", "flag")
"""Kinds whose figures add up."""
DEAR = {"municipality": 1.0, "region": 40.0, "country": 200.0}
"""What it costs to hide a cell, by area; all ages cost five times one age band."""


class Row(NamedTuple):
    """`snapshot` is month and cut-off (`2026-03-31/2026-04-14`). `region`: of a municipality."""

    indicator: str
    snapshot: str
    period_kind: str
    period_start: str
    area_kind: str
    area: str
    age_band: str
    numerator: float | None
    denominator: float | None
    citizens: int | None
    region: str | None

    @property
    def place(self) -> Place:
        """Which figure it is, whatever the vintage."""
        return self.period_kind, self.period_start, self.area_kind, self.area, self.age_band

    @property
    def cut_off(self) -> str:
        """What the vintage knows."""
        return self.snapshot.partition("/")[2]


class Decision(NamedTuple):
    """What is to become of one row. `reason`: primary, secondary or empty; never to be published."""

    row: Row
    state: str
    reason: str


@dataclass
class _Places:
    """The cell that stands for a figure in its newest vintage so far; `rows`: by row; `first`: the first day told of, by kind of period."""

    newest: dict[Place, int]
    rows: dict[tuple[str, Place], int]
    first: dict[str, str]


def decide(rows: Iterable[Row], limits: Limits, known: Mapping[tuple[str, Place], tuple[str, str]]) -> list[Decision]:
    """Decide the rows of one indicator, cut-off by cut-off, as they are released. `known`: what was decided before.

    Raises:
        NotProtectedError: an earlier release gave something away.
    """
    told = sorted(rows, key=lambda r: (r.cut_off, r.snapshot))
    if limits.kind not in ADDED or not limits.is_personal:
        return [Decision(row, *known.get((row.snapshot, row.place), _alone(row, limits))) for row in told]
    system, places = build(told, limits, known)
    return [
        Decision(row, str(cell.state), cell.reason)
        for row in told
        for cell in [system.cells[places.rows[(row.snapshot, row.place)]]]
    ]


def _alone(row: Row, limits: Limits) -> tuple[str, str]:
    small = limits.is_too_small(row.numerator, row.denominator, row.citizens)
    return ("suppressed", "primary") if small else ("value", "")


def build(
    told: list[Row], limits: Limits, known: Mapping[tuple[str, Place], tuple[str, str]]
) -> tuple[System, _Places]:
    """The system of all vintages, decided in the order of their cut-offs."""
    system, places = System(), _Places({}, {}, {})
    by_cut_off: dict[str, list[Row]] = defaultdict(list)
    for row in told:
        by_cut_off[row.cut_off].append(row)
    for _, released in sorted(by_cut_off.items()):
        for row in released:
            _add(system, places, row, limits, known.get((row.snapshot, row.place)))
        for snapshot in sorted({row.snapshot for row in released}):
            _bind(system, places, [row for row in released if row.snapshot == snapshot])
        if any(cell.state is None for cell in system.cells):
            protect(system)
    return system, places


def _add(system: System, places: _Places, row: Row, limits: Limits, known: tuple[str, str] | None) -> None:
    before = places.newest.get(row.place)
    same = before is not None and (system.cells[before].numerator, system.cells[before].denominator) == (
        row.numerator or 0.0,
        row.denominator or 0.0,
    )
    if before is not None and same:
        number = before
    else:
        dear = DEAR[row.area_kind] * (5.0 if row.age_band == ALL else 1.0)
        cell = Cell(
            row.place,
            row.numerator or 0.0,
            row.denominator or 0.0,
            limits.is_too_small(row.numerator, row.denominator, row.citizens),
            limits.kind in ("rate", "share"),
            limits.kind == "rate",
            dear * (1 + (row.numerator or 0.0)) ** 0.5,
        )
        if known is not None:
            cell.state, cell.reason = known  # type: ignore[assignment]
        elif before is not None and system.cells[before].is_hidden:
            cell.state, cell.reason = "suppressed", "inherited"  # what was kept is kept in every vintage
        number = system.add(cell)
    places.newest[row.place] = number
    places.first[row.period_kind] = min(places.first.get(row.period_kind, row.period_start), row.period_start)
    places.rows[(row.snapshot, row.place)] = number


def _bind(system: System, places: _Places, rows: list[Row]) -> None:
    """Every sum of one snapshot: age bands of an area, municipalities of a region and the country, parts of twelve months."""
    number = {row.place: places.rows[(row.snapshot, row.place)] for row in rows}
    bands: dict[Place, list[int]] = defaultdict(list)
    areas: dict[Place, list[int]] = defaultdict(list)
    for row in rows:
        kind, start, area_kind, area, band = row.place
        if band != ALL:
            bands[(kind, start, area_kind, area, ALL)].append(number[row.place])
        if area_kind == "municipality":
            areas[(kind, start, "country", COUNTRY, band)].append(number[row.place])
            areas[(kind, start, "region", row.region or "", band)].append(number[row.place])
    for parts_of in (bands, areas):
        for total, parts in parts_of.items():
            if total in number:
                system.bind(number[total], parts)
    for place in number:
        if place[0] == "rolling_12":
            parts = _parts(places, place)
            if parts:
                system.bind(number[place], parts)


def _parts(places: _Places, place: Place) -> list[int]:
    """The months or quarters that twelve months are added up from. One that has no row had nobody to count: everybody sees that."""
    _, start, area_kind, area, band = place
    if area_kind != "municipality":
        return []  # other municipalities may be in a region's year than in its months
    year, month = int(start[:4]), int(start[5:7])
    for kind, step in (("month", 1), ("quarter", 3)):
        starts = [f"{year + (month - 1 + n) // 12:04}-{(month - 1 + n) % 12 + 1:02}-01" for n in range(0, 12, step)]
        found = [places.newest.get((kind, each, area_kind, area, band)) for each in starts]
        parts = [each for each in found if each is not None]
        if parts and places.first.get(kind, start) <= start:  # else some are older than what is looked at
            return parts
    return []
