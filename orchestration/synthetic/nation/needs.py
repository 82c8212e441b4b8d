"""One `Living` is one need of one citizen as it goes, one `Group` the needs that are followed up on one date."""

from dataclasses import dataclass, field
from random import Random

from orchestration.synthetic.nation.paths import Act, CarePath, Need

WORST, BEST = 4, 0
CHANGE = {"improves": (-1, 0.55), "declines": (1, 0.25), "stable": (1, 0.04), "heals": (0, 0.0)}
"""By course: how a level moves at a review, and how probably."""


@dataclass(slots=True)
class Living:
    """Days are day numbers of the period; before it they are negative. `ends` is None for what lasts."""

    name: str
    need: Need
    begins: int
    ends: int | None
    level: int | None
    goal: str = ""
    plans: list[str] = field(default_factory=list)
    is_open: bool = False
    written: int | None = None

    @property
    def is_home_care(self) -> bool:
        return self.need.level is not None

    @property
    def target(self) -> int:
        """The level that is hoped for."""
        level = self.written if self.written is not None else self.level or 0
        return max(level - 1, BEST) if self.need.goal == "better" else level

    def review(self, rng: Random) -> bool:
        """One assessment: does the level move?"""
        step, chance = CHANGE[self.need.course]
        if self.level is None or rng.random() >= chance:
            return False
        moved = min(max(self.level + step, BEST), WORST)
        changed, self.level = moved != self.level, moved
        return changed


@dataclass(slots=True)
class Group:
    """Needs that are followed up on one date. `planned`: name of the follow-up in the record, "" when none is planned."""

    name: str
    members: list[Living]
    planned: str = ""
    count: int = 0

    @property
    def open(self) -> list[Living]:
        return [living for living in self.members if living.is_open]

    def next_review(self, rng: Random) -> int:
        """Days until the next follow-up."""
        return min(rng.randint(*living.need.review) for living in self.open or self.members)


@dataclass(slots=True)
class Walk:
    """One care path as one citizen goes it. `ends` is None when it lasts as long as the citizen."""

    name: str
    path: CarePath
    begins: int
    ends: int | None
    groups: list[Group]
    acts: list[Act]

    def members(self) -> list[Living]:
        """Every need of the path."""
        return [living for group in self.groups for living in group.members]


def walk(name: str, path: CarePath, begins: int, ends: int | None, rng: Random, taken: set[str]) -> Walk:
    """Choose which needs of a path a citizen has; `taken`: condition titles that another path has brought already."""
    alive = []
    for key, need in path.needs.items():
        chosen = rng.random() < need.chance
        start = begins + rng.randint(*need.begins)
        length = rng.randint(*need.lasts) if need.lasts else None
        level = rng.randint(*need.level) if need.level else None
        titles = {need.condition.both, need.condition.now, need.condition.before} - {""}
        if not chosen or titles & taken or (ends is not None and start >= ends):
            continue
        taken |= titles
        stop = ends if length is None else start + length if ends is None else min(start + length, ends)
        alive.append(Living(f"{name}.{key}", need, start, stop, level))
    for living in alive:
        if living.level is not None and living.begins < 0:  # what happened before the period
            for _ in range(-living.begins // living.need.review[1]):
                living.review(rng)
    home = [living for living in alive if living.is_home_care]
    groups = [Group(f"{name}.home-care", home)] if home else []
    groups += [Group(living.name, [living]) for living in alive if not living.is_home_care]
    names = {living.name for living in alive}
    return Walk(name, path, begins, ends, groups, [act for act in path.acts if f"{name}.{act.of}" in names])
