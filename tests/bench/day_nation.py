"""One delivered day is several days of an invented nation, put into the drop folders as if all had come on the last of them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.synthetic.nation.plan import plan
from orchestration.synthetic.nation.run import generate

DAYS = 10
REPORTS_OF_A_CITIZEN = 1.8
"""In ten days, with room: what is too much is not delivered."""


@dataclass(frozen=True)
class Delivered:
    """The received day, and what was delivered on it."""

    day: date
    bundles: int
    resources: int
    bytes: int
    citizens: int


def deliver(nation: Path, drop: Path, bundles: int, seed: int, municipalities: str = "98") -> Delivered:
    """Make a nation and deliver `bundles` of its reports, all of them different, as one day."""
    citizens = max(int(municipalities), round(bundles / REPORTS_OF_A_CITIZEN))
    generate(plan(str(nation), municipalities=municipalities, citizens=citizens, days=DAYS, seed=seed))
    left, size, resources = bundles, 0, 0
    days = sorted((nation / "deliveries").iterdir())
    for folder in reversed(days):  # the first days hold what is told once: what is cut off is of them
        for source in sorted(folder.rglob("*.ndjson")):
            lines = source.read_bytes().splitlines(keepends=True)[:left]
            if not lines:
                continue
            target = drop / source.parent.name / f"{folder.name}-{source.name}"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(b"".join(lines))
            os.utime(target, (0, 0))
            left -= len(lines)
            size += sum(map(len, lines))
            resources += sum(line.count(b'"resourceType"') - 1 for line in lines)
    return Delivered(date.fromisoformat(days[-1].name), bundles - left, resources, size, citizens)


def lines(landing: Path) -> Iterator[bytes]:
    """Every report of an archive that holds NDJSON only."""
    for path in sorted((landing / "objects").rglob("*")):
        if path.is_file():
            yield from path.read_bytes().splitlines()
