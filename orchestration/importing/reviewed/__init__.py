"""One review is what was decided about the known differences between one guide's package and our records."""

from pathlib import Path

import yaml

from orchestration.importing.comparison import Comparison, Difference

FOLDER = Path(__file__).parent


def reviewed(guide_name: str) -> dict[str, str]:
    """Key of the difference → reason; empty for a guide without a review."""
    file = FOLDER / f"{guide_name}.yml"
    if not file.is_file():
        return {}
    differences: dict[str, str] = yaml.safe_load(file.read_text(encoding="utf-8"))["differences"]
    return differences


def split(comparison: Comparison, reasons: dict[str, str]) -> tuple[list[Difference], list[Difference], list[str]]:
    """The differences to look at, those looked at before, and reviews that no longer fit any."""
    fresh = [one for one in comparison.differences if one.key not in reasons]
    known = [one for one in comparison.differences if one.key in reasons]
    seen = {one.key for one in known}
    return fresh, known, [key for key in reasons if key not in seen]
