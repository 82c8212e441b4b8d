"""One data file of the site is a script that hands its figures to the page: it opens from a disk too, where a page may fetch nothing.

Figures are arrays, so that a page with six municipalities stays small: one place per period, or one per area (`klg.common`
tells which).
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from orchestration.portal.figures import ALL, Figure, Figures
from orchestration.portal.tiles import tiles
from orchestration.portal.wording import DIGITS

STATES = {
    "value": "v",
    "suppressed": "s",
    "missing": "m",
    "not_reported": "n",
    "withheld": "w",
    "no_such_period": "x",
    "none_yet": "y",
    "no_total": "t",
}
"""A letter per state, so that those of many periods are one short text."""


def common(figures: Figures) -> bytes:
    """Areas, indicators, periods, tiles: what every page needs to understand the other files."""
    return _script(
        "common",
        {
            "states": {letter: state for state, letter in STATES.items()},
            "areas": figures.areas,
            "names": {m.code: m.name for m in figures.municipalities} | figures.totals,
            "regionOf": {m.code: m.region for m in figures.municipalities},
            "groups": figures.groups,
            "tiles": {code: (tile.column_number, tile.row_number) for code, tile in tiles().items()},
            "indicators": {
                i.id: {
                    "title": {"da": i.title.da, "en": i.title.en},
                    "kind": i.kind,
                    "digits": DIGITS[i.kind],
                    "bands": figures.bands.get(i.id, (ALL,)),
                    "periods": {
                        kind: [(p.start, p.end) for p in figures.periods[(i.id, kind)]] for kind in figures.kinds(i.id)
                    },
                }
                for i in figures.indicators
            },
        },
    )


def area(figures: Figures, code: str) -> bytes:
    """Every indicator of one area over time, all ages."""
    told = {}
    for indicator in figures.indicators:
        told[indicator.id] = {
            kind: _columns(figures.figure(indicator.id, p, code) for p in figures.periods[(indicator.id, kind)])
            for kind in figures.kinds(indicator.id)
        }
    return _script("area", told, code)


def indicator(figures: Figures, indicator_id: str, kind: str) -> bytes:
    """One indicator of every area: by first day of the period and age band, a place per area."""
    told = {
        p.start.isoformat(): {
            band: _columns((figures.figure(indicator_id, p, code, band) for code in figures.areas), is_whole=True)
            for band in figures.bands[indicator_id]
            if (indicator_id, kind, p.start, band) in figures.told
        }
        for p in figures.periods[(indicator_id, kind)]
    }
    return _script("indicator", told, indicator_id, kind)


def _columns(found: Iterable[Figure], *, is_whole: bool = False) -> dict[str, Any]:
    """s states, v values, l and h interval, b places with a break; where whole also n, d counts, z standardised, f limits, g marks."""
    figures = list(found)
    columns: dict[str, Any] = {
        "s": "".join(STATES[figure.state] for figure in figures),
        "v": [figure.value for figure in figures],
        "l": [figure.low for figure in figures],
        "h": [figure.high for figure in figures],
        "b": [place for place, figure in enumerate(figures) if figure.break_reason],
    }
    if is_whole:
        columns |= {
            "n": [figure.numerator for figure in figures],
            "d": [figure.denominator for figure in figures],
            "z": [figure.standardised for figure in figures],
            "f": [[figure.limits[n] for figure in figures] for n in range(4)],
            "g": [place for place, figure in enumerate(figures) if figure.is_flagged],
        }
    return {name: column for name, column in columns.items() if name in "sv" or _says_something(column)}


def _says_something(column: list[Any]) -> bool:
    return any(any(v is not None for v in x) if isinstance(x, list) else x is not None for x in column)


def _script(function: str, told: object, *keys: str) -> bytes:
    arguments = b"".join(msgspec.json.encode(key) + b"," for key in keys)
    return b"klg." + function.encode() + b"(" + arguments + msgspec.json.encode(_whole_numbers(told)) + b");\n"


def _whole_numbers(told: Any) -> Any:
    """12.0 as 12: a third of the bytes of a file of counts."""
    if isinstance(told, float) and told.is_integer():
        return int(told)
    if isinstance(told, dict):
        return {key: _whole_numbers(value) for key, value in told.items()}
    if isinstance(told, list | tuple):
        return [_whole_numbers(value) for value in told]
    return told


def files(figures: Figures) -> dict[str, bytes]:
    """Every data file of the site, by its path."""
    made = {"data/common.js": common(figures)}
    made |= {f"data/area/{code}.js": area(figures, code) for code in figures.areas}
    for each in figures.indicators:
        for kind in figures.kinds(each.id):
            made[f"data/indicator/{each.id}-{kind}.js"] = indicator(figures, each.id, kind)
    return made
