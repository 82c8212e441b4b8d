"""One plot is a small SVG of lines on two logarithmic axes: no library draws it, so none has to be installed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 440, 70, 200, 40, 50
COLOURS = ("#1b1b1b", "#b3261e", "#1f5fa8", "#2e7d32", "#8e5a00", "#6a3d9a", "#00796b")


@dataclass(frozen=True)
class Line:
    """`points` are (x, y), both above 0; what is not is left out."""

    name: str
    points: Sequence[tuple[float, float]]


def plot(title: str, x_name: str, y_name: str, lines: Sequence[Line]) -> str:
    """The SVG as text. The dotted line has slope one: what grows as the volume does runs beside it."""
    drawn = [Line(line.name, kept) for line in lines if (kept := [p for p in line.points if min(p) > 0])]
    xs, ys = ([p[n] for line in drawn for p in line.points] for n in (0, 1))
    x0, x1, y0, y1 = _low(min(xs)), _high(max(xs)), _low(min(ys)), _high(max(ys))

    def at(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - x0) / (x1 - x0)
        up = (math.log10(y) - y0) / (y1 - y0)
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="22" font-size="15">{escape(title)}</text>',
        *_grid(x0, x1, y0, y1, at),
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">{escape(x_name)}</text>',
        f'<text x="16" y="{HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 16 {HEIGHT / 2})">{escape(y_name)}</text>',
    ]
    out.append(_slope_one(drawn[0].points[-1], 10**x0, 10**y0, at))
    ends = _apart([at(*line.points[-1])[1] for line in drawn])
    for number, (line, end) in enumerate(zip(drawn, ends, strict=True)):
        colour = COLOURS[number % len(COLOURS)]
        places = [at(*p) for p in line.points]
        out.append(
            f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>'
        )
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        out.append(
            f'<text x="{WIDTH - RIGHT + 12}" y="{end + 4:.1f}" fill="{colour}">{escape(line.name)} {line.points[-1][1]:,.0f}</text>'
        )
    return "\n".join([*out, "</svg>", ""])


def _grid(x0: int, x1: int, y0: int, y1: int, at):  # type: ignore[no-untyped-def]
    for power in range(x0, x1 + 1):
        x, y = at(10.0**power, 10.0**y0)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{y:.1f}" stroke="#ddd"/>'
        yield f'<text x="{x:.1f}" y="{y + 16:.1f}" text-anchor="middle">{10**power:,}</text>'
    for power in range(y0, y1 + 1):
        x, y = at(10.0**x0, 10.0**power)
        yield f'<line x1="{x:.1f}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        yield f'<text x="{x - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:,g}</text>'


def _slope_one(last: tuple[float, float], least_x: float, least_y: float, at) -> str:  # type: ignore[no-untyped-def]
    """Through the last point of the first line, as far down as the axes go."""
    times = min(last[0] / least_x, last[1] / least_y)
    (xa, ya), (xb, yb) = at(last[0] / times, last[1] / times), at(*last)
    return f'<line x1="{xa:.1f}" y1="{ya:.1f}" x2="{xb:.1f}" y2="{yb:.1f}" stroke="#999" stroke-dasharray="3 4"/>'


def _apart(places: list[float], room: float = 15) -> list[float]:
    """Labels that do not lie on each other, in the order of what they name."""
    found = list(places)
    order = sorted(range(len(found)), key=lambda n: found[n])
    for before, after in pairwise(order):
        found[after] = max(found[after], found[before] + room)
    return found


def _low(value: float) -> int:
    return math.floor(math.log10(value))


def _high(value: float) -> int:
    return max(math.ceil(math.log10(value)), _low(value) + 1)
