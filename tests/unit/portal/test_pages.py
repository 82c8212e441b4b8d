"""One test reads pages of the site as a person would, and compares with the released rows."""

import re
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from orchestration.portal.data import STATES as STATE_LETTERS
from orchestration.portal.figures import Figures, Period
from orchestration.portal.wording import DIGITS, Wording
from tests.unit.portal.public_release import MERGED, NEW, NO_DATA, NOBODY, STATES, THREE_CITIZENS, WITHHELD, PublicHouse

WORDS = Wording("da")


class Tables(HTMLParser):
    """Every table row of a page as the texts of its cells, and the id of the article that it stands in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[tuple[str, list[str]]] = []
        self.article, self.is_cell, self.is_body = "", False, False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "article":
            self.article = told.get("id") or ""
        if tag in ("tbody", "thead"):
            self.is_body = tag == "tbody"
        if tag == "tr" and self.is_body:
            self.rows.append((told.get("data-area") or self.article, []))
        if tag in ("td", "th") and self.is_body:
            self.rows[-1][1].append("")
            self.is_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.is_cell = False

    def handle_data(self, data: str) -> None:
        if self.is_cell:
            self.rows[-1][1][-1] += data


def danish(value: float, digits: int) -> str:
    """A number in Danish, written another way than the portal does."""
    whole, _, decimals = f"{value:.{digits}f}".partition(".")
    grouped = re.sub(r"(?<=\d)(?=(\d{3})+$)", ".", whole)
    return grouped + ("," + decimals if decimals else "")


def test_every_figure_of_a_municipality_is_the_released_one(site: Path, house: PublicHouse) -> None:
    query = """
        select indicator_id, kind_code, told.period_kind_code, period_start_on, state_code, value
        from indicators.ind_public_value as told inner join indicators.dim_indicator using (indicator_id) where area_code = ?
    """
    compared = 0
    for code in ("0461", "0101", NEW, THREE_CITIZENS):
        rows = house.connection.execute(query, [code]).fetchall()
        told = {(i, WORDS.period(_period(k, s))): (kind, state, value) for i, kind, k, s, state, value in rows}
        for article, cells in Tables((site / "kommune" / f"{code}.html").read_text()).rows:
            kind, state, value = told[(article, cells[0].split(" ⚑")[0])]
            expected = danish(value, DIGITS[kind]) if state == "value" else WORDS.t(state)
            assert cells[1] == expected, f"{code} {article} {cells[0]}"
            compared += 1
    assert compared > 2000


def _period(kind: str, start: date) -> Period:
    number = start.year * 12 + start.month - 1 + {"month": 1, "quarter": 3, "rolling_12": 12}[kind]
    return Period(kind, start, date(number // 12, number % 12 + 1, 1) - timedelta(days=1))


def test_every_figure_of_an_indicator_is_the_released_one(site: Path, house: PublicHouse, figures: Figures) -> None:
    for indicator in figures.indicators:
        period = figures.newest(indicator.id)
        assert period
        query = """
            select area_code, state_code, value, numerator, denominator from indicators.ind_public_value
            where indicator_id = ? and period_kind_code = ? and period_start_on = ?
        """
        told = {
            row[0]: row[1:]
            for row in house.connection.execute(query, [indicator.id, period.kind, period.start]).fetchall()
        }
        rows = Tables((site / "indikator" / f"{indicator.id}.html").read_text()).rows
        assert {area for area, _ in rows} == set(figures.areas), indicator.id
        for area, cells in rows:
            state, value, numerator, denominator = told.get(area, ("no_total", None, None, None))
            expected = danish(value, DIGITS[indicator.kind]) if state == "value" else WORDS.t(state)
            counts = ["" if n is None else danish(n, 0) for n in (numerator, denominator)]
            assert [cells[2], *cells[4:6]] == [expected, *counts], f"{indicator.id} {area}"


def test_scripts_get_the_figures_of_the_release(site: Path, figures: Figures) -> None:
    text = (site / "data" / "indicator" / "A10-quarter.js").read_text()
    told = msgspec.json.decode(text.removeprefix('klg.indicator("A10","quarter",').removesuffix(");\n"))
    for start, bands in told.items():
        period = next(p for p in figures.periods[("A10", "quarter")] if p.start.isoformat() == start)
        expected = [figures.figure("A10", period, area) for area in figures.areas]
        assert bands["all"]["v"] == [f.value for f in expected]
        assert bands["all"]["f"] == [[f.limits[n] for f in expected] for n in range(4)]
        assert "".join(bands["all"]["s"]) == "".join(STATE_LETTERS[f.state] for f in expected)


@pytest.mark.parametrize("code", sorted(STATES))
@pytest.mark.parametrize("language", ["da", "en"])
def test_each_reason_for_no_figure_has_its_own_words_and_is_never_zero(site: Path, code: str, language: str) -> None:
    words = Wording(language)  # type: ignore[arg-type]
    page = (site / ("en" if language == "en" else ".") / "kommune" / f"{code}.html").read_text()
    rows = [cells for article, cells in Tables(page).rows if article != "A07"]
    assert {cells[1] for cells in rows} == {words.t(STATES[code])}
    assert 'id="whole"' in page, "the top of the page says that nothing is told, and where to see why"


def test_the_words_are_different_from_each_other() -> None:
    for language in ("da", "en"):
        keys = ("suppressed", "missing", "not_reported", "withheld", "no_such_period", "none_yet", "no_total")
        words = Wording(language)  # type: ignore[arg-type]
        assert len({words.t(key) for key in keys}) == len({words.t(f"sign_{key}") for key in keys}) == len(keys)


def test_a_new_municipality_is_told_from_its_first_month_with_a_break(site: Path) -> None:
    rows = [cells for article, cells in Tables((site / "kommune" / f"{NEW}.html").read_text()).rows if article == "A01"]
    told = {cells[0].split(" ")[0] + cells[0].split(" ")[1]: cells for cells in rows}
    assert told["marts2026"][1] == "findes ikke"
    assert re.fullmatch(r"[\d.]+,\d", told["april2026"][1])
    assert "Databrud: Kommunen er ny." in told["april2026"][0]
    assert "Databrud" not in told["maj2026"][0]


def test_a_merged_municipality_is_told_until_its_last_month(site: Path) -> None:
    rows = [
        cells for article, cells in Tables((site / "kommune" / f"{MERGED}.html").read_text()).rows if article == "A01"
    ]
    assert [cells[1] for cells in rows[:4]] == ["findes ikke"] * 4
    assert all(re.fullmatch(r"[\d.]+,\d", cells[1]) for cells in rows[4:])
    assert rows[4][0].startswith("februar 2026")


def test_a_period_before_the_codes_existed_says_so(site: Path) -> None:
    rows = [cells for article, cells in Tables((site / "kommune" / "0461.html").read_text()).rows if article == "A07"]
    assert rows[-1][1] == "findes ikke"
    assert rows[-1][3] == "intet samlet tal"


def test_the_front_page_counts_who_reports(site: Path) -> None:
    assert "93 af 98 kommuner har tal i juni 2026" in (site / "index.html").read_text()


def test_names_of_bad_inputs_are_different_municipalities() -> None:
    assert len({NO_DATA, THREE_CITIZENS, WITHHELD, NEW, NOBODY}) == 5
