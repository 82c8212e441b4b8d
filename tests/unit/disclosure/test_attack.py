"""Each test is an attacker who sees all that is public: with secondary suppression off he finds cells, with it on he finds none."""

from random import Random

import pytest

from orchestration.disclosure.attack import attack
from orchestration.disclosure.cells import Limits
from orchestration.disclosure.protect import protect
from orchestration.disclosure.public import Row, build, decide

SHARE = Limits("share", True, 30, 5, 30)
RATE = Limits("rate", True, 30, 5, 30)
BANDS = ("0-64", "65-79", "80+")
MARCH = "2026-03-31/2026-04-14"


def nation(
    rng: Random, snapshot: str = MARCH, kind: str = "month", start: str = "2026-03-01", size: int = 24
) -> list[Row]:
    """`size` municipalities in three regions, three age bands each; the totals are right."""
    rows: list[Row] = []
    cells: dict[tuple[str, str, str], list[float]] = {}
    for number in range(size):
        region = f"r{number % 3}"
        scale = rng.choice((20, 80, 400))
        for band in BANDS:
            below = rng.randint(scale // 4, scale)
            above = rng.randint(0, max(below // rng.choice((2, 8)), 1))
            for place in (("municipality", f"{number:04}", region), ("region", region, ""), ("country", "DK", "")):
                for age in (band, "all"):
                    pair = cells.setdefault((*place[:2], age), [0.0, 0.0])
                    pair[0], pair[1] = pair[0] + above, pair[1] + below
    for (area_kind, area, band), (above, below) in cells.items():
        region = f"r{int(area) % 3}" if area_kind == "municipality" else None
        rows.append(Row("A05", snapshot, kind, start, area_kind, area, band, above, below, int(below), region))
    return rows


def without_secondary(rows: list[Row], limits: Limits):
    """The same system, with primary suppression only."""
    system, _ = build(rows, limits, {})
    for cell in system.cells:
        cell.state = "suppressed" if cell.is_primary else "value"
    return system


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("limits", [SHARE, RATE])
def test_nothing_is_worked_out_and_without_secondary_suppression_much_is(seed: int, limits: Limits) -> None:
    rows = nation(Random(seed))
    system, _ = build(rows, limits, {})
    assert attack(system) == [] and attack(system, rounded=True) == []
    bare = without_secondary(rows, limits)
    exact = [e for e in attack(bare) if e.high - e.low < 1e-6]
    assert exact, "an attacker who can't find anything proves nothing"
    for one in exact:  # and what he finds is true
        cell = bare.cells[one.cell]
        assert abs(one.low - (cell.numerator if one.part == "n" else cell.denominator)) < 1e-6
    hidden = sum(cell.is_hidden for cell in system.cells)
    assert hidden < len(system.cells) * 0.8, "most of what need not be hidden is told"


def test_twelve_months_give_no_month_away() -> None:
    """Eleven months of a municipality are told, one is hidden, and the year is told: then the month would be known."""
    rows = []
    for month in range(1, 13):
        snapshot = f"2026-{month:02}-28/2026-{month:02}-29"
        above = 2.0 if month == 5 else 20.0
        rows.append(
            Row("A05", snapshot, "month", f"2026-{month:02}-01", "municipality", "0461", "all", above, 100.0, 100, "r")
        )
    year = ("2026-12-28/2026-12-29", "rolling_12", "2026-01-01", "municipality", "0461", "all", 222.0, 1200.0, 100, "r")
    rows.append(Row("A05", *year))
    bare = without_secondary(rows, SHARE)
    assert [(e.part, round(e.low)) for e in attack(bare) if e.high - e.low < 1e-6] == [("n", 2), ("d", 100)]
    told = {(d.row.period_kind, d.row.period_start): d.state for d in decide(rows, SHARE, {})}
    assert told[("month", "2026-05-01")] == "suppressed"
    last = (told[("month", "2026-12-01")], told[("rolling_12", "2026-01-01")])
    assert "suppressed" in last, "the other months are out already; the last or the year must be kept"
    assert sum(state == "suppressed" for state in told.values()) == 2


def test_a_month_without_anybody_is_a_known_nought() -> None:
    """A month without a row had nobody to count; the public sees that, so the year less ten months is the hidden one."""
    rows = [
        Row(
            "A05",
            f"2026-{m:02}-28/2026-{m:02}-29",
            "month",
            f"2026-{m:02}-01",
            "municipality",
            "0461",
            "all",
            a,
            100.0,
            100,
            "r",
        )
        for m, a in ((m, 2.0 if m == 5 else 20.0) for m in range(1, 13) if m != 7)
    ]
    last = "2026-12-28/2026-12-29"
    rows.append(Row("A05", last, "rolling_12", "2026-01-01", "municipality", "0461", "all", 202.0, 1100.0, 100, "r"))
    bare = without_secondary(rows, SHARE)
    assert [round(e.low) for e in attack(bare) if e.high - e.low < 1e-6] == [2, 100]
    system, _ = build(rows, SHARE, {})
    assert attack(system) == []


def test_a_later_vintage_does_not_open_what_was_kept() -> None:
    first = nation(Random(7))
    again = [row._replace(snapshot="2026-03-31/2026-05-14") for row in first]
    changed = next(n for n, row in enumerate(again) if row.area_kind == "municipality" and row.age_band != "all")
    more = again[changed].numerator + 1
    for n, row in enumerate(again):  # one citizen more, in one municipality
        mine = row.area in (again[changed].area, again[changed].region, "DK") and row.age_band in (
            again[changed].age_band,
            "all",
        )
        again[n] = row._replace(numerator=row.numerator + 1) if mine else row
    assert again[changed].numerator == more
    decisions = decide([*first, *again], SHARE, {})
    state = {(d.row.snapshot, d.row.place): d.state for d in decisions}
    for row in first:
        if state[(row.snapshot, row.place)] == "suppressed":
            assert state[("2026-03-31/2026-05-14", row.place)] == "suppressed"
    system, _ = build([*first, *again], SHARE, {})
    assert attack(system) == []


def test_what_was_decided_stays_and_a_leak_is_told() -> None:
    """The release before told all parts but one, and their sum: nothing new can mend that."""
    rows = [
        Row("A05", MARCH, "month", "2026-03-01", "municipality", "0461", band, above, 100.0, 100, "r")
        for band, above in (("0-64", 40.0), ("65-79", 2.0), ("80+", 50.0))
    ]
    rows.append(rows[0]._replace(age_band="all", numerator=92.0, denominator=300.0, citizens=300))
    leaked = {(r.snapshot, r.place): ("suppressed", "primary") if r.numerator == 2.0 else ("value", "") for r in rows}
    system, _ = build(rows, SHARE, leaked)
    assert [e.part for e in attack(system)] == ["n", "d"]
    assert {(d.row.snapshot, d.row.place): (d.state, d.reason) for d in decide(rows, SHARE, leaked)} == leaked
    # The total is not out yet: it is kept.
    open_total = {key: value for key, value in leaked.items() if key[1][4] != "all"}
    assert {d.row.age_band: d.state for d in decide(rows, SHARE, open_total)}["all"] == "suppressed"


def test_limits_are_those_of_numerator_complement_denominator_and_citizens() -> None:
    cases = {
        (5, 30, 30): False,
        (4, 30, 30): True,
        (26, 30, 30): True,
        (5, 29, 30): True,
        (5, 30, 29): True,
        (25, 30, None): False,
    }
    assert {case: SHARE.is_too_small(*case) for case in cases} == cases
    assert not Limits("mean", True, 30, 5, 30).is_too_small(1, 30, 30)


def test_protect_needs_nothing_where_nothing_is_small() -> None:
    rows = [
        r._replace(numerator=50.0, denominator=100.0, citizens=100)
        for r in nation(Random(1), size=6)
        if r.age_band == "all"
    ]
    system, _ = build([r for r in rows if r.area_kind == "municipality"], SHARE, {})
    protect(system)
    assert not any(cell.is_hidden for cell in system.cells)
