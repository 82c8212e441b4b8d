"""Each test is a card made of a small warehouse by hand: what it counts, what it puts first, and that its page needs nothing else."""

import re
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import msgspec
import pytest

from orchestration.cards.page import page
from orchestration.cards.reading import cards, todo
from orchestration.cards.records import Card, Measure, Rule
from orchestration.cards.writing import write_cards

DAY = date(2026, 6, 29)
VALUE = """
create table indicators.ind_value as select * replace (value::double as value, numerator::double as numerator) from (values
    ('0461', 'D05', 'value', 40.0, 20.0, true), ('0751', 'D05', 'value', 10.0, 5.0, false), ('0217', 'D05', 'withheld', 90.0, 9.0, false),
    ('0101', 'D05', 'value', 20.0, 7.0, false), ('0147', 'D05', 'value', 12.0, 7.0, false), ('0151', 'D05', 'value', 14.0, 7.0, false),
    ('0153', 'D05', 'value', 16.0, 7.0, false), ('0461', 'D06', 'missing', null, null, false)
) as t(area_code, indicator_id, state_code, value, numerator, is_flagged);
alter table indicators.ind_value add column area_kind_code varchar default 'municipality';
alter table indicators.ind_value add column age_band_code varchar default 'all';
alter table indicators.ind_value add column sex_code varchar default 'all';
alter table indicators.ind_value add column is_newest_vintage boolean default true;
alter table indicators.ind_value add column cut_off_on date default date '2026-06-14';
alter table indicators.ind_value add column period_end_on date default date '2026-05-31';
"""


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for schema in ("raw", "marts", "quality", "indicators"):
        connection.execute(f"create schema {schema}")
    connection.execute("create table raw.submissions (submission_id varchar, received_on date, received_at timestamp, "
                       "bundle_timestamp_at timestamp, municipality_code varchar, state varchar)")  # fmt: skip
    connection.execute("create table raw.findings (submission_id varchar, rule_id varchar, severity varchar)")
    connection.execute(
        "create table marts.dim_municipality as select '0461' as municipality_code, 'Odense' as municipality_name"
    )
    connection.execute("create table quality.dq_consistency_finding (municipality_code varchar, rule_id varchar, "
                       "severity_code varchar, found_on date)")  # fmt: skip
    texts = "'Dansk' as definition_da, 'English' as definition_en, 'share' as kind_code"
    connection.execute(f"create table indicators.dim_indicator as select *, {texts} from (values "
                       "('D05', 'Uden dato', 'No date'), ('D06', 'Glemt', 'Forgotten')) as t(indicator_id, title_da, title_en)"
                       )  # fmt: skip
    connection.execute(VALUE)
    for n in range(40):  # every day but three of the last thirty; every tenth rejected
        day = DAY - timedelta(days=n)
        if n in (3, 4, 12):
            continue
        at = datetime(day.year, day.month, day.day, 6)  # noqa: DTZ001
        state = "rejected" if n % 10 == 0 else "accepted"
        connection.execute("insert into raw.submissions values (?, ?, ?, ?, '0461', ?)",
                           [f"s{n}", day, at, at - timedelta(hours=8), state])  # fmt: skip
        if state == "rejected":
            connection.execute("insert into raw.findings values (?, 'condition.code.valueset', 'error')", [f"s{n}"])
    found = [
        ("0461", "followUp.overdue", "warning", DAY),
        ("0461", "followUp.overdue", "warning", DAY - timedelta(days=50)),
    ]
    connection.executemany("insert into quality.dq_consistency_finding values (?, ?, ?, ?)", found)
    return connection


def test_a_card_counts_reports_gaps_findings_and_the_others(warehouse: duckdb.DuckDBPyConnection) -> None:
    (card,) = cards(warehouse, DAY)
    assert (card.municipality_name, card.received, card.accepted, card.hours) == ("Odense", 27, 24, 8.0)
    assert card.silent == tuple(DAY - timedelta(days=n) for n in (12, 4, 3))
    told = {rule.id: (rule.kind, rule.now, rule.before) for rule in card.rules}
    assert told == {"condition.code.valueset": ("rejection", 3, 1), "followUp.overdue": ("consistency", 2, 1)}
    d05, d06 = card.measures
    # The others have 10, 12, 14, 16, 20: told are the middle and the outer tenths, never a figure of one of them at the ends.
    assert (d05.value, d05.middle, d05.others) == (40.0, 14.0, 5), "one withheld is no other"
    assert (d05.least, d05.most) == pytest.approx((10.8, 18.4))
    assert (d06.state, d06.value) == ("missing", None)
    assert [(t.rule_id, t.count) for t in card.todo] == [
        ("D05", 20),
        ("condition.code.valueset", 3),
        ("followUp.overdue", 2),
    ]


def test_of_fewer_than_five_others_nothing_is_told(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute("delete from indicators.ind_value where area_code = '0153'")
    ((d05, _),) = (card.measures for card in cards(warehouse, DAY))
    assert (d05.value, d05.low, d05.middle, d05.high, d05.least, d05.most, d05.others) == (40.0, *[None] * 5, 0)
    assert 'class="own"' not in page(cards(warehouse, DAY)[0]).decode()


class Seen(HTMLParser):
    """What a page would load, run, or lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


def test_its_page_needs_nothing_from_elsewhere_and_says_what_there_is_none_of(
    tmp_path: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    (card,) = write_cards(warehouse, DAY, tmp_path)
    text = (tmp_path / "0461" / "index.html").read_text(encoding="utf-8")
    seen = Seen()
    seen.feed(text)
    assert not {"script", "img", "link", "iframe"} & set(seen.tags)
    assert seen.links and all(link.startswith("../../guide/regler/") for link in seen.links)
    assert "url(" not in text and "http" not in re.sub(r"http-equiv", "", text)
    assert "ingen at tælle" in text and "0,0 %" not in text.partition("D06")[2].partition("</tr>")[0]
    assert msgspec.json.decode((tmp_path / "0461" / "card.json").read_bytes(), type=Card) == card
    assert page(card) == page(card)


def test_a_municipality_without_anything_to_mend_is_told_so(warehouse: duckdb.DuckDBPyConnection) -> None:
    warehouse.execute(
        "delete from raw.findings; delete from quality.dq_consistency_finding; delete from indicators.ind_value"
    )
    (card,) = cards(warehouse, DAY)
    text = page(card).decode()
    assert card.todo == () and "Der er intet at rette." in text and "Ingen måned er gjort op endnu." in text


def test_ten_things_come_first_by_what_they_help() -> None:
    rules = tuple(Rule(f"r{n:02}", "consistency", "warning", n, 0, "", "", "", "", "") for n in range(1, 13))
    rejected = Rule("rejected", "rejection", "error", 3, 0, "", "", "", "", "")
    figure = Measure("D10d", "", "", "", "", "%", "value", 90.0, 1, 2, 3, 1, 3, 9, True, 99, DAY)
    found = todo((*rules, rejected), (figure,))
    assert [t.rule_id for t in found] == ["rejected", "r12", "r11", "r10", "r09", "r08", "r07", "r06", "r05", "r04"]
