"""One `Line` is one line of an example as it is printed, with whether it is at fault, mended, or missing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

Mark = Literal["", "changed", "gap"]
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Line:
    """`gap` stands where the other text has lines that this one lacks. `comment` is not part of the JSON."""

    text: str
    mark: Mark = ""
    comment_da: str = ""
    comment_en: str = ""

    @property
    def indent(self) -> int:
        """How many blanks it begins with; a long line is folded to a little more than that."""
        return len(self.text) - len(self.text.lstrip(" "))


def compare(bad: Sequence[Line], good: Sequence[Line], *, commas: bool = False) -> tuple[list[Line], list[Line]]:
    """Mark what differs. A comma at the end of a line is no difference unless told: it follows from the next line."""
    old, new = ([line.text if commas else line.text.rstrip(",") for line in side] for side in (bad, good))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    left: list[Line] = []
    right: list[Line] = []
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            left += bad[i1:i2]
            right += good[j1:j2]
            continue
        left += _marked(bad[i1:i2]) or [_gap(good[j1:j2])]
        right += _marked(good[j1:j2]) or [_gap(bad[i1:i2])]
    return left, right


def lines_of(text: str) -> list[Line]:
    """Written text as lines."""
    return [Line(line) for line in text.rstrip("\n").split("\n")]


def _marked(lines: Sequence[Line]) -> list[Line]:
    return [line if line.text.strip() == ELLIPSIS else replace(line, mark="changed") for line in lines]


def _gap(other: Sequence[Line]) -> Line:
    return Line(" " * min(line.indent for line in other), "gap")
