"""Each function judges what is made of the counts, by formulas written again: states, intervals, funnels."""

import math
from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb

Z, FAR = 1.959964, 3.090232
Row = dict[str, Any]
TOLD = """
select value.*, kind_code, per_number from indicators.ind_value as value
inner join indicators.dim_indicator using (indicator_id)
where sex_code = 'all' and kind_code in ('rate', 'share') and denominator > 0 and numerator is not null
"""
STATES = """
select snapshot_key, area_code, state_code from indicators.int_indicator__value
where indicator_id = 'A03' and period_kind_code = 'month' and area_kind_code = 'municipality'
    and age_band_code = 'all' and sex_code = 'all'
"""


def wilson(above: float, below: float) -> tuple[float, float]:
    """The ends of Wilson's 95 % interval of a share."""
    p = min(above / below, 1.0)
    middle = p + Z * Z / (2 * below)
    reach = Z * math.sqrt(p * (1 - p) / below + Z * Z / (4 * below * below))
    return max((middle - reach) / (1 + Z * Z / below), 0.0), min((middle + reach) / (1 + Z * Z / below), 1.0)


def intervals(connection: duckdb.DuckDBPyConnection) -> tuple[int, list[str]]:
    """How many values were looked at, and what differs: value, interval, funnel."""
    cursor = connection.execute(TOLD)
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    country = {_of(row): row for row in rows if row["area_kind_code"] == "country"}
    wrong = [f"{_of(row)} {row['area_code']} {name}" for row in rows for name in _differing(row, country.get(_of(row)))]
    return len(rows), wrong


def _of(row: Row) -> tuple[Any, ...]:
    return tuple(row[n] for n in ("indicator_id", "period_kind_code", "period_start_on", "cut_off_on", "age_band_code"))


def _differing(row: Row, whole: Row | None) -> Iterator[str]:
    per = row["per_number"]
    low, high = wilson(row["numerator"], row["denominator"])
    wanted = {"value": row["numerator"] / row["denominator"], "interval_low": low, "interval_high": high}
    if whole is not None:
        p = whole["numerator"] / whole["denominator"]
        error = math.sqrt(max(p * (1 - p), 0.0) / row["denominator"])
        for name, times in (("95", Z), ("998", FAR)):
            wanted[f"funnel_low_{name}"] = max(p - times * error, 0.0)
            wanted[f"funnel_high_{name}"] = min(p + times * error, 1.0)
    for name, value in wanted.items():
        if row[name] is None or not math.isclose(row[name], value * per, rel_tol=1e-9, abs_tol=1e-9):
            yield name


def states(connection: duckdb.DuckDBPyConnection, told: dict[str, dict[Any, tuple]]) -> tuple[int, list[str]]:
    """Whether a month of a municipality is told, withheld by its gates, or not reported; `told`: what is counted, by snapshot."""
    wrong, rows = [], connection.execute(STATES).fetchall()
    for snapshot, place, state in rows:
        start = date.fromisoformat(snapshot[:10]).replace(day=1)

        def of(indicator: str, place: str = place, start: date = start, snapshot: str = snapshot) -> float | None:
            above, below, value = told[snapshot].get((indicator, "month", start, place, "all"), (None, None, None))
            return value if value is not None else above / below if below else None

        days = of("D01")
        if not days:
            wanted = "not_reported"
        else:
            held = days < 0.9 or (of("D02b") or 0) > 48 or (of("D02c") or 0) > 0.005 or (of("D03") or 0) > 0.01
            wanted = "withheld" if held else "value"
        if state != wanted:
            wrong.append(f"{snapshot} {place}: {state}, should be {wanted}")
    return len(rows), wrong
