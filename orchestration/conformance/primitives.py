"""One function per R4 primitive format: text in, whether it is well formed (and for dates, what it means) out."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
CODE = re.compile(r"[^\s]+( [^\s]+)*")
ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CPR = re.compile(
    r"(((0[1-9]|1[0-9]|2[0-9]|3[0-1])(01|03|05|07|08|10|12))"
    r"|((0[1-9]|1[0-9]|2[0-9]|30)(04|06|09|11))|((0[1-9]|1[0-9]|2[0-9])(02)))[0-9]{6}"
)
SOR = re.compile(r"[0-9]{11,}")
TEN_DIGITS = re.compile(r"(?<![0-9])[0-9]{6}-?[0-9]{4}(?![0-9])")
WHEN = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})"
    r"(?:T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60)(?:\.([0-9]+))?(Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00))?)?)?"
)


class When(NamedTuple):
    """A FHIR date or time: `on` in Copenhagen (first day when partial), `at` naive UTC (None without a time), precision, last."""

    on: date
    at: datetime | None
    precision: str
    last: datetime


@lru_cache(maxsize=65536)
def when(text: str) -> When | None:
    """Read a FHIR date, dateTime or instant; None when it is malformed or not in the calendar."""
    match = WHEN.fullmatch(text)
    if match is None or not text.isascii():
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        first = datetime(int(year), int(month or 1), int(day or 1), tzinfo=UTC)
        if hour is None:
            precision = "day" if day else "month" if month else "year"
            return When(first.date(), None, precision, _last(first, precision))
        micro = int((fraction or "0")[:6].ljust(6, "0"))
        # A leap second has no place in datetime: the second before it stands in.
        moment = first.replace(hour=int(hour), minute=int(minute), second=min(int(second), 59), microsecond=micro)
        moment -= _offset(zone)
        return When(
            moment.astimezone(COPENHAGEN).date(), moment.replace(tzinfo=None), "time", moment.replace(tzinfo=None)
        )
    except (ValueError, OverflowError):
        return None


def _offset(zone: str) -> timedelta:
    if zone == "Z":
        return timedelta()
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
    return offset if zone[0] == "+" else -offset


def _last(first: datetime, precision: str) -> datetime:
    """The last moment (naive, local taken as UTC) that a partial date can mean."""
    month = 12 if precision == "year" else first.month
    day = first.day if precision == "day" else monthrange(first.year, month)[1]
    return first.replace(month=month, day=day, hour=23, minute=59, second=59, tzinfo=None)


def is_date(text: str) -> bool:
    """R4 date: no time of day."""
    found = when(text)
    return found is not None and found.at is None


def is_datetime(text: str) -> bool:
    """R4 dateTime: partial, or with seconds and zone."""
    return when(text) is not None


def is_instant(text: str) -> bool:
    """R4 instant: complete, with seconds and zone."""
    found = when(text)
    return found is not None and found.at is not None


def is_code(text: str) -> bool:
    """R4 code: no leading, trailing or double blanks."""
    return CODE.fullmatch(text) is not None


def is_id(text: str) -> bool:
    """R4 id."""
    return ID.fullmatch(text) is not None


def may_hold_cpr(text: str) -> bool:
    """Whether a text could be, or contain, a CPR number and must not be shown; a uuid is random and may."""
    return UUID.fullmatch(text) is None and TEN_DIGITS.search(text) is not None


FORMATS = {
    "common.format.date": is_date,
    "common.format.dateTime": is_datetime,
    "common.format.instant": is_instant,
    "common.format.code": is_code,
    "common.format.id": is_id,
}
