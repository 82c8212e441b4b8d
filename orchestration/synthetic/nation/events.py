"""One `Event` is one thing that may happen besides the care: how often, and within how many days. From `events.yml`."""

from functools import cache
from pathlib import Path
from random import Random

import msgspec


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`share` of those it can happen to; `days` until the second half of it; `clean_up`: share that does it thoroughly."""

    share: float = 0
    days: tuple[int, int] = (0, 0)
    clean_up: float = 0
    per_year: float = 0

    def happens(self, rng: Random) -> bool:
        """One draw."""
        return rng.random() < self.share

    def delay(self, rng: Random) -> int:
        """Days, one draw."""
        return rng.randint(*self.days)


class Events(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `events.yml` holds."""

    wrong_entry: Event
    other_content: Event
    wrong_record: Event
    by_mistake: Event
    goes_on: Event
    move: Event
    keeps_ids: Event
    second_path: Event
    newcomers: Event
    test_person: Event
    other_code: Event
    other_help: Event
    other_date: Event
    other_goal: Event
    twice: Event
    second_goal: Event
    opened_again: Event
    ends_before: Event
    changed_later: Event
    after_death: Event
    closed_at_death: Event
    late: Event
    repeated: Event
    known_id: Event
    mended: Event
    overdue: Event
    out_of_focus: Event
    own_words: Event


@cache
def events() -> Events:
    """The events that ship."""
    return msgspec.yaml.decode(Path(__file__).with_name("events.yml").read_bytes(), type=Events)
