"""One `style` is the CSS of one self-contained page: the look of all of them, then what the page has of its own."""

from pathlib import Path


def style(own: Path) -> str:
    """`orchestration/page.css`, followed by the page's own file."""
    shared = Path(__file__).parent / "page.css"
    return shared.read_text(encoding="utf-8") + own.read_text(encoding="utf-8")
