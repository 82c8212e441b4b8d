"""One `Source` is one municipality's care-record system: its vendor over time, and its habits of registration."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

import msgspec

from orchestration.synthetic.codes import Concept, concept
from orchestration.synthetic.identities import sor_code_for_tests
from orchestration.synthetic.nation.municipalities import Municipality
from orchestration.synthetic.nation.plan import Plan
from orchestration.synthetic.nation.vendors import Vendor
from orchestration.synthetic.style import Style


class Habit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`share` of the municipalities have it, and do `of` their writing so."""

    share: float
    of: float
    level: int = 0
    minutes: int = 0
    days: tuple[int, int] = (0, 0)


class Habits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `habits.yml` holds."""

    unspecific_codes: Habit
    same_level: Habit
    no_follow_up: Habit
    late: Habit
    local_level_3: Habit
    visits: Habit
    clock: Habit
    outage: Habit
    local_titles: dict[str, list[str]]


@cache
def habits() -> Habits:
    """The habits that ship."""
    return msgspec.yaml.decode(Path(__file__).with_name("habits.yml").read_bytes(), type=Habits)


@dataclass
class Source:
    """`changed_on`: the day number from which all is written anew in another style (None: never); `outage`: first and last day."""

    municipality: Municipality
    vendor: Vendor
    next_vendor: Vendor | None
    switch_day: int | None
    changed_on: int | None
    level_shift: int
    names: frozenset[str]
    outage: tuple[int, int] | None
    styles: list[Style] = field(repr=False)

    @property
    def sor_code(self) -> str:
        """The test SOR code it reports for."""
        return sor_code_for_tests(self.municipality.code)

    def vendor_on(self, day: int) -> Vendor:
        """Whose system is in use on a day."""
        return (
            self.next_vendor
            if self.next_vendor and self.switch_day is not None and day >= self.switch_day
            else self.vendor
        )

    def has(self, name: str, rng: Random) -> bool:
        """Whether the habit shows this time. Draws only where the municipality has the habit."""
        return name in self.names and rng.random() < getattr(habits(), name).of

    def written_level(self, level: int, rng: Random) -> int:
        """The level that is written down for a true one."""
        return habits().same_level.level if self.has("same_level", rng) else level

    def written_help(self, code: Concept, is_home_care: bool, rng: Random) -> Concept:
        """The intervention that is written down for the one that is given."""
        return concept("H7.1" if is_home_care else "G2.4") if self.has("unspecific_codes", rng) else code

    def local(self, code: Concept, rng: Random) -> tuple[str, str] | None:
        """The municipality's own level 3, where it has one: code and title."""
        titles = habits().local_titles.get(code.user_key)
        if titles is None or not self.has("local_level_3", rng):
            return None
        number = rng.randrange(len(titles))
        return f"{self.municipality.code}-{code.user_key.partition('_')[0]}-{number + 1:02}", titles[number]


def source(plan: Plan, municipality: Municipality) -> Source:
    """The source of one municipality; the same for the same seed, whatever else is in the plan."""
    rng = Random(f"{plan.seed}/{municipality.code}/source")
    known, mix = habits(), plan.mix
    weights = [vendor.share for vendor in mix.vendors]
    vendor = rng.choices(mix.vendors, weights)[0]
    names = [
        name
        for name in Habits.__struct_fields__
        if name != "local_titles" and rng.random() < getattr(known, name).share
    ]
    switches, when, other, length = rng.random() < mix.switch.share, rng.random(), rng.random(), rng.random()
    next_vendor, switch_day = None, None
    others = [each for each in mix.vendors if each is not vendor]
    if switches and others and plan.days >= 6:
        next_vendor = others[int(other * len(others))]
        switch_day = plan.days // 3 + int(when * (plan.days // 3))
    outage = None
    if "outage" in names and plan.days >= 6:
        shortest, longest = known.outage.days
        days = shortest + int(length * (longest - shortest + 1))
        first = 1 + int(when * (plan.days - days - 2))
        outage = (first, first + days - 1)
    made = Source(municipality, vendor, next_vendor, switch_day, None, 0, frozenset(names), outage, [])
    made.styles = [made.vendor_on(day).style(plan.day(day)) for day in range(plan.days)]
    made.changed_on = next(
        (day for day in range(1, plan.days) if made.styles[day] is not made.styles[day - 1]), switch_day
    )
    made.level_shift = mix.switch.level_shift if switch_day is not None else 0
    return made


def senders_yml(sources: list[Source]) -> bytes:
    """The registry of the nation's senders, in the format of intake/senders.yml."""
    lines = [
        "# One entry is one sender of an invented nation: real municipalities, invented SOR codes, citizens who don't exist.",
        "senders:",
    ]
    for at in sources:
        lines += [
            f"  - sender_id: {at.municipality.sender_id}",
            f"    name: {at.municipality.name} Kommune",
            "    is_test: true",
            "    organisations:",
            f'      - {{sor_code: "{at.sor_code}", municipality_code: "{at.municipality.code}"}}',
        ]
    return ("\n".join(lines) + "\n").encode()
