"""One line of the catalogue is one release of one recipient, or one refusal: when, rows, state. A page, and JSON beside it.

Made of the audit log, which also knows what is no longer there, and of where each `latest` points. The same log gives the
same bytes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from orchestration.durable import locked, sweep, write_whole
from orchestration.publishing.audit import AuditLog, Entry
from orchestration.publishing.home import FAILED, LATEST

PAGE, DATA = "index.html", "catalogue.json"
FOLDER = Path(__file__).parent
State = Literal["latest", "superseded", "withdrawn", "pruned", "abandoned", "refused"]
MOST = 30
"""Lines of one recipient that the page shows; catalogue.json has all."""


@dataclass(frozen=True)
class Line:
    """`rows` is model → rows; `place` leads from the catalogue to the folder or file, while it is there."""

    recipient: str
    at: datetime
    state: State
    release_id: str
    place: str | None
    agreement: dict[str, Any]
    rows: dict[str, int]
    withheld: tuple[str, ...]
    reason: str | None = None
    ended_at: datetime | None = None

    @property
    def row_count(self) -> int:
        """Rows of all products."""
        return sum(self.rows.values())


@dataclass(frozen=True)
class Shelf:
    """One recipient's lines, newest first. `more` are those that the page leaves out."""

    recipient: str
    lines: tuple[Line, ...]
    more: int


def write_catalogue(releases_dir: Path, log: AuditLog, *, now: datetime) -> Path:
    """Make both files anew and return the page's path. A reader sees the former file or the new one.

    Not inside a home's lock: it reads nothing that is being made. Raises OSError.
    """
    with locked(releases_dir):
        sweep(releases_dir)
        lines = read_lines(releases_dir, log)
        write_whole(releases_dir / DATA, data(lines, now))
        write_whole(releases_dir / PAGE, page(lines, now))
    return releases_dir / PAGE


def read_lines(releases_dir: Path, log: AuditLog) -> list[Line]:
    """Every release and refusal that the log knows, by recipient, newest first."""
    found: dict[tuple[str, str], Line] = {}
    for entry in log.entries():
        if entry.event == "released":
            line = _released(entry)
        elif entry.event == "refused":
            line = _refused(entry)
        else:
            _change(found, entry)
            continue
        found[line.recipient, line.release_id] = line
    shelves = _by_recipient(found.values())
    return [line for recipient, own in shelves.items() for line in _placed(own, releases_dir / recipient)]


def data(lines: list[Line], now: datetime) -> bytes:
    """The same as JSON, a line each."""
    head = msgspec.json.encode({"format": "klgateway-catalogue/1", "made_at": now})[:-1]
    return head + b',"releases":[\n' + b",\n".join(map(msgspec.json.encode, lines)) + b"\n]}\n"


def page(lines: list[Line], now: datetime) -> bytes:
    """The page: self-contained, Danish with English beside it."""
    shelves = [
        Shelf(recipient, tuple(own[:MOST]), max(len(own) - MOST, 0)) for recipient, own in _by_recipient(lines).items()
    ]
    style = (FOLDER / "catalogue.css").read_text(encoding="utf-8")
    text: str = _template().render(shelves=shelves, now=now, style=style, data=DATA)
    return text.encode()


def _by_recipient(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """Each recipient's lines, newest first; recipients by name."""
    shelves: dict[str, list[Line]] = {}
    for line in lines:
        shelves.setdefault(line.recipient, []).append(line)
    return {
        recipient: sorted(shelves[recipient], key=lambda line: (line.at, line.release_id), reverse=True)
        for recipient in sorted(shelves)
    }


def _released(entry: Entry) -> Line:
    told = entry.details
    return Line(
        recipient=entry.recipient or "",
        at=entry.at,
        state="superseded",
        release_id=told["release_id"],
        place=None,
        agreement=told["agreement"],
        rows=told["products"],
        withheld=tuple(told["withheld"]),
    )


def _refused(entry: Entry) -> Line:
    told = entry.details
    name = told["record"].removesuffix(".json")
    why = ", ".join(told["codes"])
    return Line(entry.recipient or "", entry.at, "refused", name, None, told["agreement"], {}, (), why)


def _change(found: dict[tuple[str, str], Line], entry: Entry) -> None:
    """A later line of the log changes the state of a release."""
    key = (entry.recipient or "", str(entry.details.get("release_id")))
    if entry.event in ("withdrawn", "pruned", "abandoned") and key in found:
        reason = entry.details.get("reason") or found[key].reason
        found[key] = replace(found[key], state=entry.event, reason=reason, ended_at=entry.at)  # type: ignore[arg-type]


def _placed(lines: list[Line], home: Path) -> list[Line]:
    """One recipient's lines with their place on disk, and `latest` where the link says so. Looks at the disk once."""
    there = {path.name for folder in (home, home / FAILED) if folder.is_dir() for path in folder.iterdir()}
    link = home / LATEST
    latest = link.readlink().name if link.is_symlink() else None
    placed = []
    for line in lines:
        name = f"{line.release_id}.json" if line.state == "refused" else line.release_id
        if name in there:
            folder = f"{line.recipient}/{FAILED}" if line.state == "refused" else line.recipient
            is_latest = line.state == "superseded" and line.release_id == latest
            line = replace(line, place=f"{folder}/{name}", state="latest" if is_latest else line.state)
        placed.append(line)
    return placed


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = lambda value: f"{value:,}".replace(",", ".")
    return environment.get_template("catalogue.html")
