"""One `Person` is one invented citizen: birth date, sex and a CPR number that is nobody's and no other citizen's."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple, cast

from orchestration.synthetic.identities import LAST_BIRTH_YEAR, Sex, passes_modulus_11
from orchestration.synthetic.nation.events import events
from orchestration.synthetic.nation.municipalities import Municipality
from orchestration.synthetic.nation.plan import Plan

YOUNGEST, OLDEST = 60, 103
"""Those below 58 would be born after 1967, when an invented CPR number could no longer be told from a real one."""
NEED_80 = 3.0
"""How much more often people of 80 and more have care than those of 65-79 (DST AED06: about 30 and 8 in a hundred)."""
TEST_CITIZENS = Path(__file__).with_name("test_citizens.csv")
"""The national list is CPR's (cpr.dk) and not to be had here: these stand for it, invented and marked as such. A list and no
pattern, so that it never hides a real person from the statistics; an installation puts the national one in its place."""
ROOM, SERIALS = 98, 1950
"""Serial numbers of a birth date and sex: those in the 1900s but for the last (3900-3999, of test persons), dealt out to 98
municipalities, so that they never meet."""


class TestCitizen(NamedTuple):
    """One row of `test_citizens.csv`: a number that systems are tried with, in operation too; never a citizen."""

    cpr: str
    born: date
    sex: Sex


@cache
def test_citizens() -> tuple[TestCitizen, ...]:
    """The test persons, in the order of the file."""
    with TEST_CITIZENS.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return tuple(TestCitizen(row["cpr"], date.fromisoformat(row["birth_on"]), cast(Sex, row["sex"])) for row in rows)


@dataclass(frozen=True, slots=True)
class Person:
    """`number` counts from 1 within the municipality where the citizen lived at first."""

    municipality: Municipality
    number: int
    born: date
    sex: Sex
    cpr: str
    age: int
    is_test: bool = False


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
    testers = list(test_citizens())
    rng.shuffle(testers)
    for number in range(1, count + 1):
        if rng.random() < old_share:
            age = min(80 + int(rng.expovariate(1 / 6)), OLDEST)
        else:
            age = YOUNGEST if rng.random() < 0.02 else 65 + int(15 * rng.random() ** 0.7)
        sex: Sex = "female" if rng.random() < 0.54 + 0.004 * (age - 65) else "male"
        born = date(plan.start.year - age - 1, plan.start.month, 1) + timedelta(days=27 + rng.randrange(335))
        while (cpr := _number(municipality, born, sex, used)) is None:
            born += timedelta(days=1)  # all numbers of that day are used: a day younger
        person = Person(municipality, number, born, sex, cpr, age)
        if testers and events().test_person.happens(rng):
            person = _instead(person, testers.pop(), plan.start)
        yield person


def _instead(person: Person, test: TestCitizen, start: date) -> Person:
    """A test person in the place of a citizen; the same one may be in several municipalities, but once in each."""
    had_birthday = (start.month, start.day) >= (test.born.month, test.born.day)
    age = start.year - test.born.year - (not had_birthday)
    return replace(person, born=test.born, sex=test.sex, cpr=test.cpr, age=age, is_test=True)


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
