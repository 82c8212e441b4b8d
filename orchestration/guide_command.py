"""One run of `klgateway guide` writes the reporting guide; one of `klgateway rules` says which example shows each rule."""

import sys
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import msgspec

from orchestration.guide import STORIES, STORY_DAY
from orchestration.guide.coverage import NOT_SHOWN, coverage
from orchestration.guide.coverage import write as write_coverage
from orchestration.guide.site import site, write
from orchestration.settings import settings
from orchestration.synthetic.bundles import incremental_delivery
from orchestration.synthetic.faults import inject
from orchestration.synthetic.identities import stable_id
from orchestration.synthetic.nation.breakages import IN_THE_BYTES
from orchestration.synthetic.story import Story
from orchestration.synthetic.style import NEW
from orchestration.synthetic.telling import report


def write_guide(out: str | None) -> int:
    """Write the site of the guide, and say where it is."""
    folder = Path(out) if out else settings().data_dir / "guide"
    files = site(guide_bundles(), inject)
    write(files, folder)
    print(f"{len(files)} files in {folder}: begin with index.html")  # noqa: T201  # the answer of the command
    return 0


def show_rules() -> int:
    """Every rule with the examples that show it; 1 where one shows nothing."""
    covered = coverage(guide_bundles(), inject, IN_THE_BYTES)
    write_coverage(covered, sys.stdout)
    return 1 if any(each.bad_example == NOT_SHOWN for each in covered) else 0


def guide_bundles() -> list[dict[str, Any]]:
    """The reports and the delivery that the guide draws its examples from: its stories, told by the synthetic builder."""
    reports = []
    for path in sorted(STORIES.glob("*.yml")):
        story = msgspec.yaml.decode(path.read_bytes(), type=Story)
        reports += [report(f"guide/{path.stem}", story, name, STORY_DAY) for name in story.citizens]
    made_at = datetime.combine(STORY_DAY, time(23), UTC)  # when the reports are there: drawn at 23:45 in Denmark
    return [*reports, incremental_delivery(NEW, stable_id("guide", "delivery"), made_at, reports[:2])]
