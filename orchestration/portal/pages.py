"""One `Page` is one address of the site in one language: its template, its title, what it shows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

from orchestration.indicators.records import Text
from orchestration.portal.figures import Figures, Indicator
from orchestration.portal.wording import Theme, Wording, texts, themes

GLANCE = ("A01", "A03", "A05", "A10", "A16", "A19")
"""What the front page tells of the country: one or two of each theme."""
REPORTS = "D01"
"""Who has figures: the indicator that needs nothing but that something was reported."""


@dataclass(frozen=True)
class Page:
    """`path` is below the folder of the language; `scripts` are those of `static` that it needs, in order."""

    path: str
    template: str
    active: str
    title: str
    scripts: tuple[str, ...] = ()
    shows: dict[str, Any] = field(default_factory=dict)


def pages(figures: Figures, words: Wording) -> Iterator[Page]:
    """Every page of the site in one language."""
    yield _front(figures, words)
    yield Page("kommune/index.html", "municipalities.html", "municipalities", words.t("all_municipalities"))
    yield Page("indikator/index.html", "indicators.html", "indicators", words.t("all_indicators"))
    names = {municipality.code: municipality.name for municipality in figures.municipalities}
    for municipality in figures.municipalities:
        yield Page(
            f"kommune/{municipality.code}.html",
            "municipality.html",
            "municipalities",
            municipality.name,
            ("klg.js", "charts.js", "municipality.js"),
            {
                "municipality": municipality,
                "group_names": ", ".join(names[code] for code in figures.groups.get(municipality.code, ())),
                "has_figures": any(
                    figures.figure(i.id, p, municipality.code).state == "value"
                    for i in figures.indicators
                    for kind in figures.kinds(i.id)
                    for p in figures.periods[(i.id, kind)]
                ),
            },
        )
    for indicator in figures.indicators:
        yield Page(
            f"indikator/{indicator.id}.html",
            "indicator.html",
            "indicators",
            words.of(indicator.title),
            ("klg.js", "charts.js", "geography.js", "indicator.js", "table.js"),
            {"indicator": indicator, "period": figures.newest(indicator.id)},
        )
    yield Page(
        "kvalitet.html", "quality.html", "quality", words.t("quality"), ("table.js",), {"spread": spread(figures)}
    )
    yield Page("hent.html", "download.html", "download", words.t("download"))
    yield Page("om.html", "about.html", "about", words.t("about"))


def _front(figures: Figures, words: Wording) -> Page:
    by_id = {indicator.id: indicator for indicator in figures.indicators}
    told = {
        code: figures.figure(REPORTS, figures.newest(REPORTS), code).state
        for code in (m.code for m in figures.municipalities)
    }
    shows = {
        "glance": [by_id[each] for each in GLANCE if each in by_id and figures.kinds(each)],
        "reporting": by_id.get(REPORTS),
        "reporting_count": sum(state == "value" for state in told.values()),
    }
    return Page(
        "index.html",
        "front.html",
        "front",
        words.t("site"),
        ("klg.js", "charts.js", "geography.js", "front.js"),
        shows,
    )


@dataclass(frozen=True)
class Spread:
    """How different the municipalities are in one indicator in its newest period: 10 %, median, 90 %; None below two figures."""

    indicator: Indicator
    count: int
    flagged: int
    tenth: float | None
    median: float | None
    ninetieth: float | None


def spread(figures: Figures) -> list[Spread]:
    """A line per indicator of data quality and uniformity that has a period."""
    lines = []
    for indicator in figures.indicators:
        if indicator.table != "D" or not figures.kinds(indicator.id):
            continue
        period = figures.newest(indicator.id)
        found = [figures.figure(indicator.id, period, m.code) for m in figures.municipalities]
        values = [f.value for f in found if f.value is not None]
        marks: list[float | None] = [None] * 9
        if len(values) > 1:
            marks = [*quantiles(values, n=10, method="inclusive")]
        flagged = sum(f.is_flagged for f in found)
        lines.append(Spread(indicator, len(values), flagged, marks[0], marks[4], marks[8]))
    return lines


def grouped(figures: Figures) -> list[tuple[Theme, list[Indicator]]]:
    """The themes with their indicators; what stands in no theme comes last, below its table."""
    by_id = {indicator.id: indicator for indicator in figures.indicators}
    found = [(theme, [by_id.pop(key) for key in theme.indicators if key in by_id]) for theme in themes()]
    if by_id:
        other: Text = texts()["indicators"]
        found.append((Theme("andre", other, tuple(by_id)), list(by_id.values())))
    return [(theme, indicators) for theme, indicators in found if indicators]
