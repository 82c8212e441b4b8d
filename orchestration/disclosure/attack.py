"""One attack asks, by linear programming, between which values each hidden cell must lie, for somebody who sees all that is public.

The attacker knows every published cell of every vintage, every sum that binds cells, that counts are not negative, that a part is
no more than its whole, and how many inhabitants there are. Rounding of the totals is not counted on, unless asked for: a cell that
is safe with exact totals is safe with rounded ones.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import highspy
import numpy as np

from orchestration.disclosure.cells import System

WIDTH = 3
"""Counts; the least distance between the ends of what a hidden cell could be. 0 would be: it is known exactly."""
ROUNDED_BY = 2
"""A total rounded to the nearest 5 is at most this far off."""
UNBOUNDED = (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible)
Variable = tuple[str, int]
"""`n` (numerator) or `d` (denominator), and the number of the cell."""


@dataclass(frozen=True, slots=True)
class Exposed:
    """A hidden cell that lies between `low` and `high`, which is too narrow."""

    part: str
    cell: int
    low: float
    high: float


def attack(
    system: System, *, width: float = WIDTH, rounded: bool = False, near: set[int] | None = None
) -> list[Exposed]:
    """The hidden cells that can be worked out, exactly or nearly. `near`: only those that have to do with one of these cells.

    Raises:
        ValueError: the sums contradict each other.
    """
    found = []
    touched = (
        None if near is None else near | {n for sum_ in system.sums for n in _members(sum_) if near & _members(sum_)}
    )
    for variables, rows in _components(system, rounded):
        if touched is not None and not any(number in touched for _, number in variables):
            continue
        found += _narrow(system, variables, rows, width, rounded)
    return sorted(found, key=lambda e: (e.high - e.low, e.cell))


def _members(sum_: tuple[int, tuple[int, ...]]) -> set[int]:
    return {sum_[0], *sum_[1]}


Row = tuple[tuple[tuple[Variable, float], ...], float]
"""Coefficients, and what they add up to."""


def _rows(system: System, rounded: bool) -> Iterator[Row]:
    """Each sum with something unknown in it, for numerators and for denominators."""
    for part in ("n", "d"):
        for total, parts in system.sums:
            terms: list[tuple[Variable, float]] = []
            constant = 0.0
            for number, sign in ((total, -1.0), *((p, 1.0) for p in parts)):
                if is_unknown(system, part, number, rounded):
                    terms.append(((part, number), sign))
                else:
                    cell = system.cells[number]
                    constant -= sign * (cell.numerator if part == "n" else cell.denominator)
            if any(system.cells[number].is_hidden for (_, number), _ in terms):
                yield tuple(terms), constant


def is_unknown(system: System, part: str, number: int, rounded: bool) -> bool:
    """Whether the attacker does not see it: hidden, or a total that is rounded; never the number of inhabitants."""
    cell = system.cells[number]
    return (cell.is_hidden or (rounded and cell.is_total)) and not (part == "d" and cell.is_known)


def _components(system: System, rounded: bool) -> Iterator[tuple[list[Variable], list[Row]]]:
    """Unknowns that have to do with each other, and their sums; also those that nothing binds."""
    above: dict[Variable, Variable] = {}

    def root(one: Variable) -> Variable:
        while above.setdefault(one, one) != one:
            above[one] = above[above[one]]
            one = above[one]
        return one

    rows = list(_rows(system, rounded))
    for terms, _ in rows:
        for variable, _ in terms[1:]:
            above[root(variable)] = root(terms[0][0])
    for number, cell in enumerate(system.cells):
        if cell.is_hidden:
            root(("n", number))
            if not cell.is_known:
                root(("d", number))
                if cell.most:
                    above[root(("n", number))] = root(("d", number))
    members: dict[Variable, list[Variable]] = defaultdict(list)
    for variable in above:
        members[root(variable)].append(variable)
    bound: dict[Variable, list[Row]] = defaultdict(list)
    for row in rows:
        bound[root(row[0][0][0])].append(row)
    for top, variables in members.items():
        yield variables, bound[top]


def _narrow(system: System, variables: list[Variable], rows: list[Row], width: float, rounded: bool) -> list[Exposed]:
    if not rows:  # nothing binds it: it can be anything
        return []
    place = {variable: number for number, variable in enumerate(variables)}
    solver = _model(system, variables, place, rows, rounded)
    truth = np.array([_true(system, variable) for variable in variables])
    low, high = truth.copy(), truth.copy()
    found = []
    for number, (part, cell) in enumerate(variables):
        if not system.cells[cell].is_hidden:
            continue
        for sense in (highspy.ObjSense.kMaximize, highspy.ObjSense.kMinimize):
            if high[number] - low[number] >= width:
                break  # a solution for another cell has shown it already
            solver.changeObjectiveSense(sense)
            solver.changeColCost(number, 1.0)
            solver.run()
            status = solver.getModelStatus()
            if status == highspy.HighsModelStatus.kOptimal:
                at = np.array(solver.getSolution().col_value)
                low, high = np.minimum(low, at), np.maximum(high, at)
            elif status in UNBOUNDED and sense == highspy.ObjSense.kMaximize:
                high[number] = np.inf
            else:
                raise ValueError(f"The sums of {system.cells[cell].place} do not add up: {status}.")
            solver.changeColCost(number, 0.0)
        if high[number] - low[number] < width - 1e-6:
            found.append(Exposed(part, cell, float(low[number]), float(high[number])))
    return found


def _true(system: System, variable: Variable) -> float:
    cell = system.cells[variable[1]]
    return cell.numerator if variable[0] == "n" else cell.denominator


def _model(
    system: System, variables: list[Variable], place: dict[Variable, int], rows: list[Row], rounded: bool
) -> highspy.Highs:
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("threads", 1)
    for part, number in variables:
        cell = system.cells[number]
        if cell.is_hidden:
            top = cell.denominator if part == "n" and cell.is_known and cell.most else highspy.kHighsInf
            solver.addVar(0.0, top)
        else:
            told = 5.0 * round(_true(system, (part, number)) / 5)
            solver.addVar(max(told - ROUNDED_BY, 0.0), told + ROUNDED_BY)
    for terms, constant in rows:
        index = np.array([place[variable] for variable, _ in terms], dtype=np.int32)
        solver.addRow(constant, constant, len(terms), index, np.array([sign for _, sign in terms]))
    for part, number in variables:
        if part == "n" and system.cells[number].most and ("d", number) in place:
            pair = np.array([place[("n", number)], place[("d", number)]], dtype=np.int32)
            solver.addRow(-highspy.kHighsInf, 0.0, 2, pair, np.array([1.0, -1.0]))
    return solver
