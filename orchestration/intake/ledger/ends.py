"""One end is the number of the ledger's last entry: what a sensor looks at, without a lock and without opening a segment."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from orchestration.intake.ledger.ledger import FOLDER, INDEX


def ledger_end(landing_dir: Path) -> int | None:
    """The number of the last entry; None before the first."""
    found = _ask(landing_dir, "select max(number) from entries")
    return int(found[0]) if found and found[0] is not None else None


def days_since(landing_dir: Path, cursor: str | None) -> list[str]:
    """The days of receipt of the entries after a former end."""
    last = int(cursor) if cursor and cursor.isdecimal() else 0
    return [str(day) for day in _ask(landing_dir, "select distinct day from entries where number > ? order by 1", last)]


def _ask(landing_dir: Path, query: str, *values: int) -> list[Any]:
    path = landing_dir / FOLDER / INDEX
    if not path.is_file():
        return []
    with closing(sqlite3.connect(path, timeout=5)) as connection:
        connection.execute("pragma query_only = on")
        return [row[0] for row in connection.execute(query, values).fetchall()]
