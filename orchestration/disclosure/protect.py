"""One `protect` hides what is too small, and then as little as may be of the rest, until no hidden cell can be worked out.

Secondary suppression after Kelly, Golden and Assad (1992): for a cell that can be worked out, the cheapest change of other cells
that leaves every sum as it is and moves this one far enough is found by linear programming; what it changes is hidden. Tables may
be linked in any way: areas, age bands, periods, earlier releases. (τ-Argus, as `pytauargus`, takes hierarchies of one table, and its
licence, EUPL, is not permissive.)
"""

import highspy
import numpy as np

from orchestration.disclosure.attack import WIDTH, Exposed, attack
from orchestration.disclosure.cells import System

MOST_ROUNDS = 60


class NotProtectedError(Exception):
    """Something can still be worked out when everything that is new is hidden: an earlier release gave it away."""


def protect(system: System, *, width: float = WIDTH) -> None:
    """Decide every cell that is not decided yet. What was decided stays: it is public, or has been kept.

    Raises:
        NotProtectedError: see there.
    """
    open_ = {number for number, cell in enumerate(system.cells) if cell.state is None}
    for number in open_:
        cell = system.cells[number]
        cell.state, cell.reason = ("suppressed", "primary") if cell.is_primary else ("value", "")
    for _ in range(MOST_ROUNDS):
        exposed = attack(system, width=width, near=open_)
        if not exposed:
            return
        if not _hide(system, {n for one in exposed for n in _cheapest(system, one, open_, width)}) and not _hide(
            system, {n for one in exposed for n in _bound(system, one) & open_}
        ):
            raise NotProtectedError(f"{len(exposed)} hidden cells can be worked out from earlier releases.")
    raise NotProtectedError(
        f"{len(attack(system, width=width))} hidden cells can be worked out after {MOST_ROUNDS} rounds."
    )


def _hide(system: System, numbers: set[int]) -> bool:
    """Hide those that are not hidden yet; whether there were any."""
    fresh = [system.cells[number] for number in numbers if not system.cells[number].is_hidden]
    for cell in fresh:
        cell.state, cell.reason = "suppressed", "secondary"
    return bool(fresh)


def _bound(system: System, one: Exposed) -> set[int]:
    """All that a cell is added up with."""
    return {n for total, parts in system.sums if one.cell in (total, *parts) for n in (total, *parts)}


def _cheapest(system: System, one: Exposed, open_: set[int], width: float) -> set[int]:
    """Cells that change in the cheapest change of everything that moves the cell up by `width` (a count, or what it is of)."""
    of = {n: (c.numerator if one.part == "n" else c.denominator) for n, c in enumerate(system.cells)}
    free = [n for n, c in enumerate(system.cells) if c.is_hidden or n in open_]
    place = {n: 2 * k for k, n in enumerate(free)}
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("threads", 1)
    for n in free:  # how far up, how far down; what is hidden already costs next to nothing
        cell = system.cells[n]
        cost = 1e-3 if cell.is_hidden else cell.weight
        top = (
            cell.denominator - cell.numerator if one.part == "n" and cell.is_known and cell.most else highspy.kHighsInf
        )
        need = width if n == one.cell else 0.0
        solver.addVar(need, max(top, need))
        solver.addVar(0.0, 0.0 if n == one.cell else of[n])
        solver.changeColCost(place[n], cost)
        solver.changeColCost(place[n] + 1, cost)
    for total, parts in system.sums:
        index, signs = [], []
        for n, sign in ((total, -1.0), *((p, 1.0) for p in parts)):
            if n in place:
                index += [place[n], place[n] + 1]
                signs += [sign, -sign]
        if index:
            solver.addRow(0.0, 0.0, len(index), np.array(index, dtype=np.int32), np.array(signs))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return set()
    at = solver.getSolution().col_value
    return {n for n in free if at[place[n]] + at[place[n] + 1] > 1e-7}
