"""One `Person` is one invented citizen: birth date, sex and a CPR number that is nobody's and no other citizen's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from orchestration.synthetic.identities import LAST_BIRTH_YEAR, Sex, passes_modulus_11
from orchestration.synthetic.nation.municipalities import Municipality
from orchestration.synthetic.nation.plan import Plan

YOUNGEST, OLDEST = 60, 103
"""Those below 58 would be born after 1967, when an invented CPR number could no longer be told from a real one."""
NEED_80 = 3.0
"""How much more often people of 80 and more have care than those of 65-79 (DST AED06: about 30 and 8 in a hundred)."""
ROOM, SERIALS = 98, 2000
"""Serial numbers of a birth date and sex: 2000 in the 1900s, dealt out to 98 municipalities, so that they never meet."""


@dataclass(frozen=True, slots=True)
class Person:
    """`number` counts from 1 within the municipality where the citizen lived at first."""

    municipality: Municipality
    number: int
    born: date
    sex: Sex
    cpr: str
    age: int


def share_out(plan: Plan) -> dict[str, int]:
    """How many citizens each municipality gets: by its old people, never more than it has, exactly `plan.citizens` in all."""
    given = {m.code: 0 for m in plan.municipalities}
    left = plan.citizens
    while left:
        open_ = [m for m in plan.municipalities if given[m.code] < m.over_65]
        weights = {m.code: m.over_65 + (NEED_80 - 1) * m.over_80 for m in open_}
        total, pot = sum(weights.values()), left
        exact = {m.code: pot * weights[m.code] / total for m in open_}
        for m in open_:
            more = min(int(exact[m.code]), m.over_65 - given[m.code])
            given[m.code] += more
            left -= more
        for m in sorted(open_, key=lambda m: (int(exact[m.code]) - exact[m.code], m.code)):
            if left and given[m.code] < m.over_65:
                given[m.code] += 1
                left -= 1
    return given


def people(plan: Plan, municipality: Municipality, count: int) -> Iterator[Person]:
    """The citizens of one municipality, one at a time. Remembers only which numbers of a birth date are used."""
    rng = Random(f"{plan.seed}/{municipality.code}/population")
    old_share = NEED_80 * municipality.over_80 / (municipality.over_65 + (NEED_80 - 1) * municipality.over_80)
    used: dict[tuple[date, Sex], int] = {}
    for number in range(1, count + 1):
        if rng.random() < old_share:
            age = min(80 + int(rng.expovariate(1 / 6)), OLDEST)
        else:
            age = YOUNGEST if rng.random() < 0.02 else 65 + int(15 * rng.random() ** 0.7)
        sex: Sex = "female" if rng.random() < 0.54 + 0.004 * (age - 65) else "male"
        born = date(plan.start.year - age - 1, plan.start.month, 1) + timedelta(days=27 + rng.randrange(335))
        while (cpr := _number(municipality, born, sex, used)) is None:
            born += timedelta(days=1)  # all numbers of that day are used: a day younger
        yield Person(municipality, number, born, sex, cpr, age)


def _number(municipality: Municipality, born: date, sex: Sex, used: dict[tuple[date, Sex], int]) -> str | None:
    """The next unused number of a birth date among this municipality's; None when there is none."""
    if (born.month, born.day) == (1, 1) or born.year > LAST_BIRTH_YEAR:
        return None
    key = (born, sex)
    rank = used.get(key, municipality.place)
    while rank < SERIALS:
        cpr = f"{born:%d%m%y}{2 * rank + (sex == 'male'):04d}"
        rank += ROOM
        if not passes_modulus_11(cpr):
            used[key] = rank
            return cpr
    used[key] = rank
    return None
