"""One `Story` is one municipality's three days: its invented citizens, what is written about each, and what is sent."""

from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from orchestration.synthetic.identities import Sex

STORIES = Path(__file__).parent / "stories"

State = Literal["inactive", "out_of_focus", "completed", "cancelled", "withdrawn", "deceased", "by_mistake"]
"""How a thing ends. `withdrawn` was a mistake; `deceased` and `by_mistake` are said of the citizen."""


class Line(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One thing written in a record at one time of the day. The first field that says what it is decides its kind.

    A line under a name that stands in the record already changes it: `level`, `state`, `ends`, `planned`.
    """

    at: str
    condition: str | None = None
    goal: int | None = None
    intervention: str | None = None
    done: str | None = None
    follow_up: date | None = None
    visit: str | None = None
    assessed: str | None = None
    own: str | None = None
    area: str | None = None
    of: list[str] = []
    level: int | None = None
    recorded: date | None = None
    recorded_time: str | None = None
    granted: date | None = None
    ends: date | None = None
    local: str | None = None
    delivery: list[str] = []
    at_risk: list[str] = []
    planned: date | None = None
    held: str | None = None
    state: State | None = None


class Person(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """An invented citizen: a birth date and a sex for the CPR number, a story, and the lines of each day."""

    story: str
    born: date
    sex: Sex
    days: dict[date, dict[str, Line]]


class Report(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One report as it is sent. `of` is the day it reports on (the day it is sent on, if not said)."""

    report: str
    story: str
    of: date | None = None
    mishap: str | None = None
    duplicate: bool = False
    errors: list[str] = []

    @property
    def state(self) -> str:
        """The state that it must end in."""
        return "duplicate" if self.duplicate else "rejected" if self.errors else "accepted"


class Sending(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One file in the drop folder: one report, or several as NDJSON; gzipped when the name says so."""

    file: str
    reports: list[Report]


class Story(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What `stories/<sender_id>.yml` holds."""

    municipality: str
    style: str
    citizens: dict[str, Person]
    sent: dict[date, list[Sending]]


def stories() -> dict[str, Story]:
    """The stories that ship, by sender_id."""
    return {path.stem: msgspec.yaml.decode(path.read_bytes(), type=Story) for path in sorted(STORIES.glob("*.yml"))}
