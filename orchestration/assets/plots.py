"""One plot is one small picture in the metadata of an asset or a check: SVG within the text, which Dagster's UI shows as it is."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape

import dagster as dg

WIDTH, HEIGHT, MARGIN = 640, 220, 28
INK, SOFT, MARK, BAD = "#16212b", "#8794a1", "#0b5cad", "#b3261e"


def funnel(title: str, points: Sequence[tuple[float, float, float, float]], middle: float) -> dg.MarkdownMetadataValue:
    """A funnel plot: `points` are denominator, value and the limits of each municipality, `middle` the country's value."""
    most = max((n for n, *_ in points), default=1) or 1
    top = max((max(value, high) for _, value, _, high in points), default=1) or 1

    def at(n: float, value: float) -> str:
        return f"{MARGIN + (WIDTH - 2 * MARGIN) * n / most:.1f},{HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * value / top:.1f}"

    parts = [f'<polyline points="{at(0, middle)} {at(most, middle)}" stroke="{INK}" fill="none"/>']
    for side in (2, 3):
        limits = " ".join(at(point[0], point[side]) for point in sorted(points))
        parts.append(f'<polyline points="{limits}" stroke="{SOFT}" stroke-dasharray="4 3" fill="none"/>')
    for n, value, low, high in points:
        x, y = at(n, value).split(",")
        parts.append(f'<circle cx="{x}" cy="{y}" r="3.5" fill="{MARK if low <= value <= high else BAD}"/>')
    return _shown(title, [*parts, _label(0, f"value, 0-{top:,.4g}"), _label(1, f"counted among, 0-{most:,.0f}")])


def bars(title: str, counts: Sequence[tuple[str, int]]) -> dg.MarkdownMetadataValue:
    """A column each, highest first; the first is named."""
    ordered = sorted(counts, key=lambda one: (-one[1], one[0]))
    most, step = max((count for _, count in ordered), default=1) or 1, (WIDTH - 2 * MARGIN) / max(len(ordered), 1)
    parts = []
    for index, (name, count) in enumerate(ordered):
        height = (HEIGHT - 2 * MARGIN) * count / most
        x, y = MARGIN + index * step, HEIGHT - MARGIN - height
        parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{step * 0.8:.1f}" height="{height:.1f}" fill="{MARK}"/>')
        if index == 0:
            parts.append(_text(x, y - 4, f"{name}: {count}"))
    return _shown(title, [*parts, _label(1, f"{len(ordered)} municipalities")])


def _label(axis: int, text: str) -> str:
    """The range of the upright axis (0), or of the one below (1)."""
    return _text(MARGIN, 12, text) if axis == 0 else _text(WIDTH - 7 * MARGIN, HEIGHT - 8, text)


def _text(x: float, y: float, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-family="sans-serif" font-size="12" fill="{INK}">{escape(text)}</text>'


def _shown(title: str, parts: Sequence[str]) -> dg.MarkdownMetadataValue:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
    svg = b64encode(f"{head}{ground}{''.join(parts)}</svg>".encode()).decode()
    return dg.MetadataValue.md(f"{title}\n\n![{title}](data:image/svg+xml;base64,{svg})")
