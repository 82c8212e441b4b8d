"""One line of the preview is one indicator in its newest period: how many municipalities tell it, and how they lie in the funnel."""

from typing import Any

import duckdb

WIDTH = 21
"""Characters of a funnel."""


def preview(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """Indicator, title, period, told, withheld, not reported, the country's value, the funnel as text."""
    return [
        (*told, "" if value is None else f"{value:.1f}", funnel(low, high, least, value, most))
        for *told, value, low, high, least, most in connection.execute(NEWEST).fetchall()
    ]


def gaps(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """Indicators and periods that lack the row of a municipality: id, rows, wanted."""
    return connection.execute(GAPS).fetchall()


def funnel(low: float | None, high: float | None, least: float | None, value: float | None, most: float | None) -> str:
    """`·` the outermost municipalities, `[` and `]` the 95 % limits of a middling one, `|` the country; empty without a value."""
    if low is None or high is None or least is None or value is None or most is None:
        return ""
    start, end = min(low, least), max(high, most)
    line = [" "] * WIDTH
    for at, sign in ((least, "·"), (most, "·"), (low, "["), (high, "]"), (value, "|")):
        line[round((at - start) / ((end - start) or 1.0) * (WIDTH - 1))] = sign
    return f"`{''.join(line)}`"


NEWEST = """
with newest as (
    select * from indicators.ind_value
    where age_band_code = 'all' and sex_code = 'all' and is_newest_vintage
    qualify rank() over (partition by indicator_id, period_kind_code order by period_start_on desc) = 1
)

select
    indicator_id || ', ' || newest.period_kind_code, any_value(title_da), any_value(period_start_on),
    count(*) filter (area_kind_code = 'municipality' and state_code = 'value'),
    count(*) filter (area_kind_code = 'municipality' and state_code = 'withheld'),
    count(*) filter (area_kind_code = 'municipality' and state_code = 'not_reported'),
    any_value(value) filter (area_kind_code = 'country'),
    median(funnel_low_95) filter (area_kind_code = 'municipality' and state_code = 'value'),
    median(funnel_high_95) filter (area_kind_code = 'municipality' and state_code = 'value'),
    min(value) filter (area_kind_code = 'municipality' and state_code = 'value'),
    max(value) filter (area_kind_code = 'municipality' and state_code = 'value')
from newest inner join indicators.dim_indicator using (indicator_id)
group by 1 order by 1
"""
GAPS = """
with told as (
    select indicator_id, cut_off_on, period_kind_code, period_start_on, count(*) as rows
    from indicators.ind_value
    where area_kind_code = 'municipality' and age_band_code = 'all' and sex_code = 'all'
    group by all
)

select indicator_id, rows, (select count(*) from marts.dim_municipality) as wanted from told
where rows != (select count(*) from marts.dim_municipality)
"""
