"""One pair is one delivered report: its row of the truth, and its bytes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq


def delivered(nation: Path) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Every report in the order of arrival: by day, sender and line."""
    rows = pq.read_table(nation / "truth" / "reports.parquet").to_pylist()
    read: dict[Path, list[bytes]] = {}
    for row in sorted(rows, key=lambda row: (row["sent_on"], row["sender_id"], row["line_number"])):
        path = nation / "deliveries" / str(row["sent_on"]) / row["sender_id"] / row["file_name"]
        if path not in read:
            read = {path: path.read_bytes().split(b"\n")}
        yield row, read[path][row["line_number"] - 1]
