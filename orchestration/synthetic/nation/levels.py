"""One code as it was delivered is one concept: its uuid, whichever key stood for it; a severity is its level 0-4."""

from functools import cache
from typing import Any

from orchestration.conformance.terminology import terminology
from orchestration.synthetic.codes import level


@cache
def _levels() -> dict[str, int]:
    return {code: number for number in range(5) for code in (level(number).code, level(number).user_key)}


def level_of(severity: Any) -> int | None:
    """The level of a severity CodeableConcept; None without one, or where it is none of 0-4."""
    return _levels().get(severity["coding"][0]["code"]) if severity else None


def uuid_of(code: str) -> str:
    """The uuid of an FSIII code in either form; the code itself where it is none."""
    return terminology().uuids.get(code, code)
