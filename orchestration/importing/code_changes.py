"""One code change is one code that a value set of the package has and ours has not, or the other way round."""

from collections.abc import Iterable

from orchestration.conformance.terminology import Code, Terminology
from orchestration.importing.comparison import Comparison, Difference
from orchestration.importing.terms import TermsDraft

CODES = "Codes"
SHOWN = 40
"""Codes listed of one value set and system; all are in the draft's codes.csv."""


def compare_codes(result: Comparison, draft: TermsDraft, committed: Terminology) -> None:
    """Add to `result` the sizes of all value sets, the codes added and removed, and what could not be found out."""
    for name, expanded in draft.value_sets.items():
        ours = committed.members.get(name)
        result.sizes[name] = (len(expanded.codes), len(ours or ()))
        if expanded.gaps:
            result.notes.append(f"{name} could not be read whole: {'; '.join(expanded.gaps)}.")
        if ours is None:
            text = f"{name}: not in our records ({len(expanded.codes)} codes)"
            result.differences.append(Difference(CODES, name, text))
            continue
        theirs = frozenset(expanded.codes)
        titles = {code: display for code, display in expanded.codes.items() if display}
        _list(result, name, "added", theirs - ours, titles)
        if not expanded.gaps:  # a code that was not found may only be hidden in the gap
            _list(result, name, "removed", ours - theirs, committed.display)


def _list(result: Comparison, name: str, what: str, codes: Iterable[Code], titles: dict[Code, str]) -> None:
    """One difference per code system, its codes below each other."""
    by_system: dict[str, list[str]] = {}
    for system, code in sorted(codes):
        by_system.setdefault(system, []).append(f"{code} {titles.get((system, code), '')}".rstrip())
    for system, lines in by_system.items():
        more = [f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
        text = "\n".join([f"{name}: {len(lines)} {what}, of {system}", *lines[:SHOWN], *more])
        result.differences.append(Difference(CODES, f"{name}|{system}", text))
