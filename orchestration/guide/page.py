"""One `Page` is one HTML file of the guide: where it lies, its template, and what the template shows."""

from dataclasses import dataclass
from typing import Any

from orchestration.guide.texts import Text


@dataclass(frozen=True, slots=True)
class Page:
    """`path` from the root of the site; `active` the entry of the main menu it belongs to."""

    path: str
    template: str
    active: str
    heading: Text
    description: Text
    shows: dict[str, Any]
