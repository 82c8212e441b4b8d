"""One `Document` is what a test needs to know of one HTML page: ids, links, loads, headings, and whether its tags are nested right."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "wbr", "img", "hr"}
NOT_IN_PARAGRAPH = {"p", "div", "ul", "ol", "dl", "table", "pre", "section", "figure", "h1", "h2", "h3"}
LOADS = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "object": "data"}
Attributes = dict[str, str]


@dataclass
class Document:
    """`faults`: what is wrong with the structure. `spoken`: how many texts there are in each language."""

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    tags: list[tuple[str, Attributes]] = field(default_factory=list)
    spoken: dict[str, int] = field(default_factory=lambda: {"da": 0, "en": 0})
    faults: list[str] = field(default_factory=list)
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.document = Document()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        document = self.document
        document.tags.append((tag, at))
        if "id" in at:
            document.ids.append(at["id"])
        if tag == "a":
            document.links.append(at.get("href", ""))
        if tag in LOADS and LOADS[tag] in at:
            document.loads.append(at[LOADS[tag]])
        if tag in ("h1", "h2", "h3", "h4"):
            document.headings.append(int(tag[1]))
        if tag == "span" and at.get("lang") in document.spoken:
            document.spoken[at["lang"]] += 1
        if "p" in self.open and tag in NOT_IN_PARAGRAPH:
            document.faults.append(f"{tag} in p")
        if tag == "a" and "a" in self.open:
            document.faults.append("a in a")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.document.faults.append(f"/{tag} at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        self.document.text += data


def parse(html: str) -> Document:
    """Read one page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.document.faults += [f"{tag} is not closed" for tag in reader.open]
    return reader.document
