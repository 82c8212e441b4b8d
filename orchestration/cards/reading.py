"""One run reads the cards of all municipalities that report, from the warehouse, as it is known on one day."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import duckdb

from orchestration.cards.records import WINDOW, Card, Measure, Rule, Todo, Week
from orchestration.conformance.rules import rule

MOST_TO_MEND = 10
MENDABLE = ("D05", "D06", "D07", "D08", "D11", "D12")
"""Figures that count registrations to look at; the others are told by the rules, or are a habit of many."""
WEIGHTS = {"rejection": 5.0, "consistency/error": 3.0, "consistency/warning": 1.0}
"""How much mending one occurrence helps: a rejected report is data lost, a warning is a doubt."""
Rows = dict[str, list[tuple[Any, ...]]]


def cards(connection: duckdb.DuckDBPyConnection, day: date) -> list[Card]:
    """A card for each municipality of which a report arrived in the year up to the day."""
    asked = {"day": day, "window": WINDOW}

    def by_place(query: str) -> Rows:
        found: Rows = defaultdict(list)
        for code, *row in connection.execute(query, asked).fetchall():
            found[code].append(tuple(row))
        return found

    weeks, rejected, open_ = by_place(WEEKS), by_place(REJECTED), by_place(OPEN)
    measures, heard = by_place(MEASURES), by_place(HEARD)
    found = []
    for code, name, received, accepted, before, hours, hours_95, first in connection.execute(SUMS, asked).fetchall():
        rules = _rules(rejected[code], open_[code])
        profile = tuple(Measure(*row) for row in measures[code])
        days = [day - timedelta(days=n) for n in range(WINDOW) if day - timedelta(days=n) >= first]
        silent = tuple(sorted(set(days) - {row[0] for row in heard[code]}))
        found.append(
            Card(
                code, name, day, received, accepted, before, len(days), silent, hours, hours_95,
                tuple(Week(*row) for row in weeks[code]), rules, profile, todo(rules, profile),
            )
        )  # fmt: skip
    return found


def _rules(rejected: list[tuple[Any, ...]], open_: list[tuple[Any, ...]]) -> tuple[Rule, ...]:
    found = []
    for kind, rows in (("rejection", rejected), ("consistency", open_)):
        for rule_id, severity, now, before in rows:
            known = rule(rule_id)
            texts = (known.message_da, known.message_en, known.remedy_da, known.remedy_en, known.page)
            found.append(Rule(rule_id, kind, severity, now, before, *texts))
    return tuple(sorted(found, key=lambda r: (-_weight(r) * r.now, r.id)))


def _weight(one: Rule) -> float:
    return WEIGHTS[one.kind if one.kind == "rejection" else f"{one.kind}/{one.severity}"]


def todo(rules: tuple[Rule, ...], measures: tuple[Measure, ...]) -> tuple[Todo, ...]:
    """The ten things whose mending helps most: broken rules by weight and number, and figures far from the others'."""
    found = [
        Todo(r.message_da, r.message_en, r.remedy_da, r.remedy_en, r.now, _weight(r) * r.now, r.page, r.id)
        for r in rules
        if r.now
    ]
    for m in measures:
        if m.is_flagged and m.counted and m.id.startswith(MENDABLE):
            how_da = f"Se på de registreringer, der tælles: {m.definition_da}"
            how_en = f"Look at the registrations that are counted: {m.definition_en}"
            found.append(Todo(m.title_da, m.title_en, how_da, how_en, int(m.counted), float(m.counted), "", m.id))
    return tuple(sorted(found, key=lambda t: (-t.weight, t.rule_id))[:MOST_TO_MEND])


SUMS = """
select
    report.municipality_code,
    coalesce(any_value(municipality.municipality_name), report.municipality_code),
    count(*) filter (received_on > $day - $window),
    count(*) filter (received_on > $day - $window and state = 'accepted'),
    count(*) filter (received_on between $day - 2 * $window + 1 and $day - $window and state = 'accepted')
    / nullif(count(*) filter (received_on between $day - 2 * $window + 1 and $day - $window), 0),
    median(greatest(epoch(received_at - bundle_timestamp_at) / 3600, 0)) filter (received_on > $day - $window and state = 'accepted'),
    quantile_cont(greatest(epoch(received_at - bundle_timestamp_at) / 3600, 0), 0.95)
        filter (received_on > $day - $window and state = 'accepted'),
    min(received_on)
from raw.submissions as report
left join marts.dim_municipality as municipality using (municipality_code)
where received_on between $day - 365 and $day and report.municipality_code is not null and state != 'parked'
group by report.municipality_code order by report.municipality_code
"""
WEEKS = """
select municipality_code, date_trunc('week', received_on)::date as monday, count(*), count(*) filter (state = 'accepted')
from raw.submissions
where received_on between date_trunc('week', $day)::date - 77 and $day and municipality_code is not null and $window > 0
group by all order by all
"""
HEARD = """
select distinct municipality_code, received_on from raw.submissions
where received_on between $day - $window and $day and municipality_code is not null
"""
REJECTED = """
select
    municipality_code, rule_id, 'error',
    count(*) filter (report.received_on > $day - $window),
    count(*) filter (report.received_on <= $day - $window)
from raw.submissions as report
inner join (select distinct submission_id, rule_id from raw.findings where severity = 'error') as finding using (submission_id)
where report.state = 'rejected' and report.received_on between $day - 2 * $window + 1 and $day and municipality_code is not null
group by all order by all
"""
OPEN = """
select municipality_code, rule_id, severity_code, count(*), count(*) filter (found_on <= $day - $window)
from quality.dq_consistency_finding
where found_on <= $day and municipality_code is not null
group by all order by all
"""
FEWEST = 5
"""Others that a spread is told of: the card leaves the house, and a figure of one municipality is its own (2026-11-26)."""
MEASURES = """
with
    newest as (
        select * from indicators.ind_value
        where
            area_kind_code = 'municipality' and age_band_code = 'all' and sex_code = 'all' and indicator_id like 'D%'
            and is_newest_vintage and cut_off_on < $day and $window > 0
        qualify rank() over (partition by indicator_id order by period_end_on desc) = 1
    )

select
    own.area_code, own.indicator_id, indicator.title_da, indicator.title_en, indicator.definition_da, indicator.definition_en,
    case when indicator.kind_code in ('share', 'flag') then '%' when indicator.indicator_id like 'D02%' then 'h' else '' end,
    own.state_code, if(own.state_code = 'value', own.value, null),
    {spread}, if(count(other.value) < {fewest}, 0, count(other.value)), own.is_flagged, own.numerator, own.period_end_on
from newest as own
inner join indicators.dim_indicator as indicator on indicator.indicator_id = own.indicator_id
left join newest as other
    on other.indicator_id = own.indicator_id and other.area_code != own.area_code and other.state_code = 'value'
group by all order by own.area_code, own.indicator_id
""".format(
    fewest=FEWEST,
    spread=", ".join(
        f"if(count(other.value) < {FEWEST}, null, quantile_cont(other.value, {share}))"
        for share in (0.25, 0.5, 0.75, 0.1, 0.9)
    ),
)
