"""One run plays a nation, builds the platform on it, and compares every indicator with what the reports say, in plain Python.

    python -m tests.pipeline.indicators FOLDER [--municipalities 98] [--citizens 20000] [--start 2026-01-01] [--days 365]
        [--seed 1] [--faults 0.01]

Built twice, after three fifths of the days and at the end. Prints per indicator and kind of period how many municipality values
were compared, and how many differ. Exit code 1 where one differs. With a FOLDER that holds such a run already, only compares.
"""

import argparse
import math
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb

from orchestration import cli
from tests.pipeline.indicator_truth import care, quality, statistics
from tests.pipeline.indicator_truth.care import Care, Period, Unit
from tests.pipeline.indicator_truth.reading import Nation, World
from tests.pipeline.nation import play
from tests.pipeline.platform import Platform

SETTINGS = {
    "municipalities": "98",
    "citizens": "20000",
    "start": "2026-01-01",
    "days": "365",
    "seed": "1",
    "faults": "0.01",
}

Key = tuple[str, str, date, str, str]
"""Indicator, kind of period, its first day, municipality, age band."""
FOUND = """
select snapshot_key, indicator_id, found.period_kind_code, period_start_on, area_code, age_band_code, numerator, denominator,
    value / indicator.per_number as value
from indicators.int_indicator__value as found inner join reference.indicator as indicator using (indicator_id)
where area_kind_code = 'municipality' and sex_code = 'all'
"""
POPULATION = {"A01": 80, "A02": 65, "A03": 0, "A04": 80, "A06": 65, "A25": 80}
BANDS = ("all", "0-64", "65-79", "80+")
NOT_COUNTED = {"D03a", "D03b", "D03c", "D03d", "D03e", "D04a", "D04b", "D13"}
"""Classes of rejection are told by single rules (the nation's faults tell one each); the others need what no nation has."""


def compare(nation_folder: Path, warehouse: Path) -> int:
    """Compare every vintage."""
    nation = Nation(nation_folder)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(FOUND).fetchall()
    found: dict[str, dict[Key, tuple]] = defaultdict(dict)
    for snapshot, *key, numerator, denominator, value in rows:
        found[snapshot][tuple(key)] = (numerator, denominator, value)  # type: ignore[index]
    compared: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    told: dict[str, dict[Key, tuple]] = {}
    for snapshot, here in sorted(found.items()):
        month_end, known_on = map(date.fromisoformat, snapshot.split("/"))
        should = told[snapshot] = expected(nation, month_end, known_on)
        for key, wanted in should.items():
            got = here.get(key, (None, None, None))
            counts = compared[key[:2]]
            counts[0] += 1
            counts[1] += not _same(wanted, got)
            if not _same(wanted, got) and counts[1] <= 3:
                _say(f"differs in {snapshot}: {key}: expected {wanted}, found {got}\n")
        for key in set(expected_keys(here)) - should.keys():
            compared[key[:2]][2] += 1
            if compared[key[:2]][2] <= 3:
                _say(f"not expected in {snapshot}: {key}: {here[key]}\n")
    _say(f"{len(found)} vintages\n{'indicator':10}{'period':12}{'compared':>10}{'differ':>8}{'unasked':>9}\n")
    for (indicator, kind), (total, differ, unasked) in sorted(compared.items()):
        _say(f"{indicator:10}{kind:12}{total:>10,}{differ:>8,}{unasked:>9,}\n")
    wrong = sum(differ + unasked for _, differ, unasked in compared.values())
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        checks = {"states": statistics.states(connection, told), "intervals": statistics.intervals(connection)}
    for name, (total, differing) in checks.items():
        _say(f"{name:10}{'':12}{total:>10,}{len(differing):>8,}\n" + "".join(f"  {line}\n" for line in differing[:3]))
        wrong += len(differing)
    _say("No difference.\n" if not wrong else f"{wrong} differences.\n")
    return int(bool(wrong))


def expected_keys(here: dict[Key, tuple]) -> Iterator[Key]:
    """What the platform tells a count or value of, natively (twelve months added up are checked by their parts)."""
    for key, (numerator, denominator, value) in here.items():
        native = key[1] != "rolling_12" or key[0] in ("A07", "A11", "A12", "A13", "A25")
        said = (numerator if key[0] in POPULATION else denominator) or value
        if native and key[0] not in NOT_COUNTED and said:
            yield key


def expected(nation: Nation, month_end: date, known_on: date) -> dict[Key, tuple]:
    """Every count and value of one vintage."""
    world = World(nation, month_end, known_on)
    counted = Care(world)
    month = Period("month", month_end.replace(day=1), month_end)
    found: dict[Key, tuple] = {}
    arrived, hours = quality.resources(nation, month)
    used, spread = quality.registration(counted, month)
    units: list[Unit] = [*care.month(counted, month), *quality.reports(nation, world, month), *arrived, *used]
    _add(found, month, [*units, *quality.withdrawn(counted, month)], hours | spread)
    if month_end.month % 3 == 0:
        quarter = Period("quarter", _back(month_end, 2), month_end)
        levels, apart = quality.divergence(counted, quarter)
        _add(found, quarter, [*care.quarter(counted, quarter), *levels], apart)
        before = Period("quarter", _back(month_end, 5), quarter.start - timedelta(days=1))
        _add(found, before, list(care.quarter_before(counted, before)), {})
        year = Period("rolling_12", _back(month_end, 11), month_end)
        _add(found, year, list(care.rolling(counted, year)), {})
    return found


def _back(month_end: date, months: int) -> date:
    number = month_end.year * 12 + month_end.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _add(found: dict[Key, tuple], p: Period, units: list[Unit], values: quality.Values) -> None:
    sums: dict[Key, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for unit in units:
        bands = ["all"]
        if unit.age is not None:
            bands.append("80+" if unit.age >= 80 else "65-79" if unit.age >= 65 else "0-64")
        for band in bands:
            pair = sums[(unit.indicator, p.kind, p.start, unit.place, band)]
            pair[0], pair[1] = pair[0] + unit.above, pair[1] + unit.below
    for key, (above, below) in sums.items():
        found[key] = (above, None if key[0] in POPULATION else below, None)
    for (indicator, place), value in values.items():
        found[(indicator, p.kind, p.start, place, "all")] = (None, None, value)


def _same(wanted: tuple, got: tuple) -> bool:
    return all(
        w is None or (g is not None and math.isclose(w, g, rel_tol=1e-9, abs_tol=1e-9))
        for w, g in zip(wanted, got, strict=True)
    )


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def main() -> int:
    """Generate, play, build, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    for name, default in SETTINGS.items():
        parser.add_argument(f"--{name}", default=default)
    asked = parser.parse_args()
    nation, run = asked.folder / "nation", asked.folder / "run"
    if not run.exists():
        settings = [f"--{name}={getattr(asked, name)}" for name in SETTINGS]
        if cli.main(["generate", "--out", str(nation), *settings]):
            return 2
        run.mkdir()
        platform = Platform(run, build=False)
        # Two builds: what the first froze must stand, and the second adds to it.
        half = int(asked.days) * 3 // 5
        for days in (slice(0, half), slice(half, None)):
            play(platform, nation, run, days)
            platform.dbt("build", "--exclude-resource-type", "unit_test", "test")
        platform.sql(lambda c: c.execute("checkpoint"))
    # dbt keeps the file open in this process, with settings of its own: the comparison reads a copy.
    copy = run / "checked" / "warehouse.duckdb"
    copy.parent.mkdir(exist_ok=True)
    shutil.copyfile(run / "warehouse.duckdb", copy)
    return compare(nation, copy)


if __name__ == "__main__":
    sys.exit(main())
