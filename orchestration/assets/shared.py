"""What every stage shares: the day that partitions it, its owner, and the tables that metadata shows."""

from collections.abc import Iterable, Sequence

import dagster as dg

OWNERS = ["team:data-platform"]
WRITER = "duckdb"
"""The pool of one: whoever opens the DuckDB file runs in it."""
RECEIVED_DAY = dg.DailyPartitionsDefinition(start_date="2026-01-01", timezone="Europe/Copenhagen", end_offset=1)
"""A partition is one day of receipt in Denmark, today's included."""


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> dg.MarkdownMetadataValue:
    """A table for the UI."""
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    lines += [f"| {' | '.join('' if cell is None else str(cell) for cell in row)} |" for row in rows]
    return dg.MetadataValue.md("\n".join(lines))


def bar(share: float, width: int = 20) -> str:
    """A share (0-1) as a bar that reads in a table cell."""
    filled = round(share * width)
    return "█" * filled + "░" * (width - filled)
