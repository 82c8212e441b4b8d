"""One `CarePath` is one way a life with care can go: the needs that come with it, what helps, how it ends. From `paths/*.yml`."""

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from orchestration.synthetic.codes import Concept, concept

Span = tuple[int, int]
Course = Literal["improves", "declines", "stable", "heals"]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A title in Danish and English."""

    da: str
    en: str


class Coded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code with its title: `both` before and after the simplification of FSIII, or one for each."""

    both: str = ""
    now: str = ""
    before: str = ""

    def concept(self, is_new: bool) -> Concept:
        """The concept that a system of today (or of before) uses."""
        return concept(self.both or (self.now if is_new else self.before))


class Help(Coded, frozen=True, forbid_unknown_fields=True):
    """One intervention; `visits` a week (0: not by visits)."""

    visits: float = 0


class Act(Coded, frozen=True, forbid_unknown_fields=True):
    """Something done without a plan, `of` a need, so often a week."""

    of: str = ""
    per_week: float = 0


class Need(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One condition and the help for it. Days are counted from the path's begin; `level` (0-4) makes it a home care condition."""

    condition: Coded
    course: Course
    review: Span
    help: list[Help]
    level: Span | None = None
    goal: Literal["better", "same"] | None = None
    begins: Span = (0, 0)
    lasts: Span | None = None
    chance: float = 1.0


class Interest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An area in focus and the conditions in it that the citizen is at risk of (old systems only)."""

    area: str
    at_risk: list[str]


class CarePath(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`share`: weight among the paths of that age. `lasts`: days, for ever if not said. `mortality`: a year."""

    title: Words
    story: str
    share: float
    ages: Span
    mortality: float
    needs: dict[str, Need]
    lasts: Span | None = None
    ends: Literal["recovered", "death"] = "recovered"
    acts: list[Act] = []
    interest: Interest | None = None


@cache
def paths() -> dict[str, CarePath]:
    """Every path by its name, in order of name."""
    folder = Path(__file__).with_name("paths")
    return {path.stem: msgspec.yaml.decode(path.read_bytes(), type=CarePath) for path in sorted(folder.glob("*.yml"))}
