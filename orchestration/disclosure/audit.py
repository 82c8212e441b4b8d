"""One audit attacks what is public as it stands in the warehouse: every figure of twenty-seven months, in every vintage."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.disclosure.attack import Exposed, attack
from orchestration.disclosure.cells import Limits, Place, System
from orchestration.disclosure.public import ADDED, Row, build


@dataclass(frozen=True)
class Audit:
    """`counts`: area, state, reason, cells. `worked_out`: by indicator, what the attacker finds. `bare`: with primary only."""

    counts: list[tuple[Any, ...]]
    worked_out: dict[str, list[Exposed]]
    bare: dict[str, list[Exposed]]


def audit(connection: duckdb.DuckDBPyConnection) -> Audit:
    """Attack the figures of the newest build that froze something; `bare` is what secondary suppression prevented."""
    rows: dict[str, list[Row]] = defaultdict(list)
    known: dict[str, dict[tuple[str, Place], tuple[str, str]]] = defaultdict(dict)
    limits: dict[str, Limits] = {}
    for (
        indicator,
        snapshot,
        kind,
        start,
        area_kind,
        area,
        band,
        above,
        below,
        citizens,
        region,
        *more,
    ) in connection.execute(FIGURES).fetchall():
        *limit, state, reason = more
        row = Row(indicator, snapshot, kind, str(start), area_kind, area, band, above, below, citizens, region)
        limits[indicator] = Limits(*limit)
        if limits[indicator].is_personal and limits[indicator].kind in ADDED:
            rows[indicator].append(row)
            known[indicator][(snapshot, row.place)] = (state, reason)
    worked_out, bare = {}, {}
    for indicator, each in sorted(rows.items()):
        system, _ = build(sorted(each, key=lambda r: (r.cut_off, r.snapshot)), limits[indicator], known[indicator])
        worked_out[indicator] = attack(system)
        bare[indicator] = attack(without_secondary(system))
    return Audit(connection.execute(COUNTS).fetchall(), worked_out, bare)


def without_secondary(system: System) -> System:
    """The same figures, where only what is too small is hidden."""
    for cell in system.cells:
        cell.state = "suppressed" if cell.is_primary else "value"
    return system


COUNTS = (
    "select area_kind_code, state_code, reason_code, count(*) from indicators.ind_disclosure group by all order by all"
)
FIGURES = """
select figure.* exclude (is_new), decided.state_code, decided.reason_code
from indicators.int_indicator__publishable as figure
inner join indicators.ind_disclosure as decided
    using (indicator_id, snapshot_key, period_kind_code, period_start_on, area_kind_code, area_code, age_band_code)
"""
