"""One function per R4 primitive format: text in, whether it is well formed (and for dates, what it means) out."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
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


MEMO = 65536  # texts remembered at most; then both memories start anew
DAYS: dict[str, When] = {}  # a date without a time of day → what it means
HOURS: dict[str, tuple[date, datetime]] = {}  # "2026-03-02T09:" + zone → Danish day and start of that hour, UTC
MINUTES = {f"{n // 60:02}:{n % 60:02}": timedelta(seconds=n) for n in range(3600)}
_made = tuple.__new__


def when(text: str) -> When | None:
    """Read a FHIR date, dateTime or instant; None when it is malformed or not in the calendar.

    Fast where the same date, or another moment of the same hour, was read before; exact always: what is not known is
    read by `_read`.
    """
    known = DAYS.get(text)
    if known is not None:
        return known
    try:
        on, hour = HOURS[text[:14] + text[19:]]
        at = hour + MINUTES[text[14:19]]
    except KeyError:
        return _unknown(text)
    return _made(When, (on, at, "time", at))


def _unknown(text: str) -> When | None:
    """The same where text or hour is new, or the second has a fraction."""
    if text[19:20] == ".":
        end = -1 if text[-1] == "Z" else -6
        whole, digits = text[:19] + text[end:], text[20:end]
        if not (digits.isascii() and digits.isdigit()) or (found := when(whole)) is None or found.at is None:
            return None
        at = found.at.replace(microsecond=int(digits[:6].ljust(6, "0")))
        return When(found.on, at, "time", at)
    found = _read(text)
    if found is not None:
        _remember(text, found)
    return found


def _remember(text: str, found: When) -> None:
    """Keep a date as it is; of a moment the hour it lies in (where Danish time is whole hours from it)."""
    if len(DAYS) + len(HOURS) >= MEMO:
        DAYS.clear()
        HOURS.clear()
    if found.at is None:
        DAYS[text] = found
    elif found.at.year >= 1980 and (text[19:] == "Z" or text[-3:] == ":00"):
        HOURS[text[:14] + text[19:]] = (found.on, found.at.replace(minute=0, second=0, microsecond=0))


def _read(text: str) -> When | None:
    """Read a text without a fraction of a second, nothing remembered."""
    match = WHEN.fullmatch(text)
    if match is None or not text.isascii():
        return None
    year, month, day, hour, minute, second, _, zone = match.groups()
    try:
        first = datetime(int(year), int(month or 1), int(day or 1), tzinfo=UTC)
        if hour is None:
            precision = "day" if day else "month" if month else "year"
            return When(first.date(), None, precision, _last(first, precision))
        # A leap second has no place in datetime: the second before it stands in.
        moment = first.replace(hour=int(hour), minute=int(minute), second=min(int(second), 59))
        moment -= _offset(zone)
        at = moment.replace(tzinfo=None)
        return When(moment.astimezone(COPENHAGEN).date(), at, "time", at)
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
