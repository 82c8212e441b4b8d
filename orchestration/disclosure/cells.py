"""One `System` is the cells of one indicator that are public or hidden, and every sum that binds them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

State = Literal["value", "suppressed"]
Place = tuple[str, str, str, str, str]
"""Kind of period, its first day, kind of area, area, age band."""
TOTALS = ("region", "country")


@dataclass(slots=True)
class Cell:
    """A count (or sum) over another. `is_primary`: too small to be told. `state` None: not decided yet.

    `most`: the numerator is no more than the denominator. `is_known`: everybody knows the denominator (inhabitants).
    `weight`: what it costs to hide it.
    """

    place: Place
    numerator: float
    denominator: float
    is_primary: bool
    most: bool
    is_known: bool
    weight: float
    state: State | None = None
    reason: str = ""

    @property
    def is_hidden(self) -> bool:
        """Whether the public does not see it."""
        return self.state == "suppressed"

    @property
    def is_total(self) -> bool:
        """Whether it is told rounded."""
        return self.place[2] in TOTALS


@dataclass(slots=True)
class System:
    """`sums`: (total, parts) by number of the cell; a cell that stayed the same in a later vintage is one."""

    cells: list[Cell] = field(default_factory=list)
    sums: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)

    def add(self, cell: Cell) -> int:
        """Its number."""
        self.cells.append(cell)
        return len(self.cells) - 1

    def bind(self, total: int, parts: Iterable[int]) -> None:
        """The parts make the total."""
        self.sums.append((total, tuple(parts)))


@dataclass(frozen=True, slots=True)
class Limits:
    """What a published cell must have, as the indicator's record says. `kind`: what its value is."""

    kind: str
    is_personal: bool
    denominator: int
    numerator: int
    citizens: int

    def is_too_small(self, numerator: float | None, denominator: float | None, citizens: int | None) -> bool:
        """Whether a cell can't be told for itself: too few below the line, above it, or between the two."""
        if (denominator or 0) < self.denominator or (citizens is not None and citizens < self.citizens):
            return True
        if not self.is_personal or self.kind not in ("rate", "share", "ratio") or numerator is None:
            return False
        return numerator < self.numerator or (denominator or 0) - numerator < self.numerator
