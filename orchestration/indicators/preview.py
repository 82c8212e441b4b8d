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


def newest_public(connection: duckdb.DuckDBPyConnection) -> tuple[str, float, list[tuple[Any, ...]]] | None:
    """What is public of one indicator of care, that of which most is told: what and when, the country's value, and of each municipality
    denominator, value and funnel. None where nothing is public."""
    rows = connection.execute(PUBLIC).fetchall()
    return (rows[0][0], rows[0][1], [row[2:] for row in rows]) if rows else None


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
PUBLIC = """
with told as (
    select * from indicators.ind_public_value
    where age_band_code = 'all' and is_newest_vintage and state_code = 'value' and value is not null
),

own as (
    select * from told
    where area_kind_code = 'municipality' and indicator_id like 'A%' and denominator is not null and funnel_low_95 is not null
),

chosen as (
    select indicator_id, period_kind_code, period_start_on from own
    group by all order by period_start_on desc, count(*) desc, indicator_id limit 1
)

select
    own.indicator_id || ', ' || own.period_kind_code || ' ' || own.period_start_on, country.value,
    own.denominator, own.value, own.funnel_low_95, own.funnel_high_95
from own
semi join chosen using (indicator_id, period_kind_code, period_start_on)
inner join told as country
    on country.area_kind_code = 'country' and country.indicator_id = own.indicator_id
    and country.period_kind_code = own.period_kind_code and country.period_start_on = own.period_start_on
order by own.area_code
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
