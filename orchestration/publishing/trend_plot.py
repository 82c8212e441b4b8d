"""One plot is one recipient's judgements over time: a bar each, of what did not hold. SVG for a page, signs for a table."""

from orchestration.publishing.history import Point, Trend

WIDTH, HEIGHT, GAP = 16, 64, 4
SIGNS = "▁▂▃▄▅▆▇█"


def plot(trend: Trend) -> str:
    """An SVG of its own colours' classes: `bad` for what must hold and did not, `warn` for warnings, a line for none."""
    most = max((p.not_held + p.warnings for p in trend.points), default=0) or 1
    bars = []
    for index, point in enumerate(trend.points):
        x, y = index * (WIDTH + GAP), float(HEIGHT)
        for kind, count in (("bad", point.not_held), ("warn", point.warnings)):
            height = HEIGHT * count / most
            y -= height
            if count:
                bars.append(f'<rect class="{kind}" x="{x}" y="{y:.1f}" width="{WIDTH}" height="{height:.1f}"/>')
        bars.append(
            f'<rect class="{"good" if point.is_passed else "stop"}" x="{x}" y="{HEIGHT + 2}" width="{WIDTH}" height="5"/>'
        )
        bars.append(
            f'<rect class="spot" x="{x}" y="0" width="{WIDTH}" height="{HEIGHT + 7}"><title>{_told(point)}</title></rect>'
        )
    width = max(len(trend.points) * (WIDTH + GAP), 1)
    return f'<svg class="plot" viewBox="0 0 {width} {HEIGHT + 7}" width="{width}" height="{HEIGHT + 7}" role="img">{"".join(bars)}</svg>'


def line(values: tuple[int, ...]) -> str:
    """Counts as signs that read in a table cell: ▁ is none, █ the most of them."""
    most = max(values, default=0) or 1
    return "".join(SIGNS[-(-value * (len(SIGNS) - 1) // most)] for value in values)


def _told(point: Point) -> str:
    return (
        f"{point.judged_at:%Y-%m-%d %H:%M} · {point.not_held} brudt / broken · {point.warnings} bemærket / noted · "
        f"{point.withheld} holdt tilbage / withheld"
    )
