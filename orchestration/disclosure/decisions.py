"""One table of decisions: every figure that could be public, and whether it is told. For the dbt model `ind_disclosure`."""

from collections import defaultdict
from typing import Any

import pyarrow as pa

from orchestration.disclosure.cells import Limits, Place

SCHEMA = pa.schema(
    [
        ("indicator_id", pa.string()),
        ("snapshot_key", pa.string()),
        ("period_kind_code", pa.string()),
        ("period_start_on", pa.date32()),
        ("area_kind_code", pa.string()),
        ("area_code", pa.string()),
        ("age_band_code", pa.string()),
        ("state_code", pa.string()),
        ("reason_code", pa.string()),
    ]
)
"""`reason_code` (primary, secondary, inherited, or empty) is for us: it would help an attacker."""
Known = dict[tuple[str, Place], tuple[str, str]]


def with_new(rows: list[tuple[Any, ...]], kept: pa.Table) -> pa.Table:
    """`kept` and the decisions on what is new. `rows`: of `int_indicator__publishable`; both tables have the columns of `SCHEMA`.

    Raises:
        NotProtectedError: an earlier release gave something away.
    """
    kept = kept.cast(SCHEMA)
    if not rows:
        return kept
    from orchestration.disclosure.public import Row, decide  # the solver takes its time, and most days need none

    found: list[tuple[Any, ...]] = []
    known: dict[str, Known] = defaultdict(dict)
    for indicator, snapshot, kind, start, area_kind, area, band, state, reason in zip(
        *(c.to_pylist() for c in kept.columns), strict=True
    ):
        known[indicator][(snapshot, (kind, str(start), area_kind, area, band))] = (state, reason)
    figures: dict[str, list[Row]] = defaultdict(list)
    limits: dict[str, Limits] = {}
    new: dict[tuple[str, str, Place], Any] = {}
    # In order: of two figures that would protect a third as well, the same one is hidden, however the rows came.
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
        *limit,
        is_new,
    ) in sorted(rows, key=lambda row: row[:7]):
        row = Row(indicator, snapshot, kind, str(start), area_kind, area, band, above, below, citizens, region)
        figures[indicator].append(row)
        limits[indicator] = Limits(*limit)
        if is_new:
            new[(indicator, snapshot, row.place)] = start
            known[indicator].pop((snapshot, row.place), None)
    for indicator, each in sorted(figures.items()):
        for row, state, reason in decide(each, limits[indicator], known[indicator]):
            start = new.get((indicator, row.snapshot, row.place))
            if start is not None:
                found.append(
                    (
                        indicator,
                        row.snapshot,
                        row.period_kind,
                        start,
                        row.area_kind,
                        row.area,
                        row.age_band,
                        state,
                        reason,
                    )
                )
    columns = list(zip(*found, strict=True)) if found else [()] * len(SCHEMA)
    new_rows = pa.Table.from_arrays(
        [pa.array(list(v), f.type) for v, f in zip(columns, SCHEMA, strict=True)], schema=SCHEMA
    )
    return pa.concat_tables([kept, new_rows])
