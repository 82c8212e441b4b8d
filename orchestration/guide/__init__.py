"""The reporting guide (Indberetningsvejledning): one site of static pages, made from the records that the checker uses."""

from datetime import date
from pathlib import Path

STORIES = Path(__file__).parent / "stories"
"""The invented citizens of the examples; whoever makes the site tells them with the synthetic builder, `new` first."""
STORY_DAY = date(2026, 3, 2)
