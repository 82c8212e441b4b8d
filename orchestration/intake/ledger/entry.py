"""One `Entry` is one report that the HTTP door has stored: who, when, what was answered. Its bytes stand behind it in the segment.

A record on disk is a head of 16 bytes (mark, length of the entry, length of the body, CRC-32 of the entry), the entry as JSON and
the body as it was sent (unpacked), whose SHA-256 the entry tells. What is whole and in order is a record; what isn't was never
acknowledged.
"""

import struct
import zlib
from datetime import date, datetime
from hashlib import sha256
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from orchestration.conformance.verdict import Finding

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
HEAD = struct.Struct("<4sIII")
MARK = b"KLR1"
PIECE = 2_047
LONGEST = 1 << 25
"""32 MB: longer than the longest report with its entry; a head that claims more is none."""


class Entry(msgspec.Struct, frozen=True):
    """`report_id` is the Bundle's own id, `uses` all the ids that the report uses up when it is accepted; both shielded.

    `received_at` is UTC by the door's clock and never earlier than that of the entry before it.
    """

    submission_id: str
    sender_id: str
    municipality_code: str | None
    report_id: str
    uses: tuple[str, ...]
    content_sha256: str
    state: Literal["accepted", "rejected"]
    findings: tuple[Finding, ...]
    received_at: datetime
    request_id: str

    @property
    def received_on(self) -> date:
        """The day of receipt in Denmark; partitions everything after."""
        return self.received_at.astimezone(COPENHAGEN).date()


_entries = msgspec.json.Decoder(Entry)
_encoder = msgspec.json.Encoder()


def pack(entry: Entry, body: bytes) -> bytes:
    """The record as it stands in a segment."""
    told = _encoder.encode(entry)
    return b"".join((HEAD.pack(MARK, len(told), len(body), zlib.crc32(told)), told, body))


def lengths(head: bytes) -> tuple[int, int, int] | None:
    """(bytes of the entry, bytes of the body, CRC-32 of the entry) by a head; None when it is none."""
    if len(head) < HEAD.size:
        return None
    mark, told, body, crc = HEAD.unpack(head)
    return (told, body, crc) if mark == MARK and told + body <= LONGEST else None


def unpack(data: bytes, told: int, crc: int) -> tuple[Entry, bytes] | None:
    """Entry and body of a record without its head; None when the bytes are not those that were written."""
    if zlib.crc32(data[:told]) != crc:
        return None
    entry, body = _entries.decode(data[:told]), data[told:]
    return (entry, body) if digest(body) == entry.content_sha256 else None


def digest(body: bytes) -> str:
    """SHA-256 of a body, in pieces so short that hashlib keeps the interpreter's lock: to let go of it costs the door more."""
    found = sha256()
    for at in range(0, len(body), PIECE):
        found.update(body[at : at + PIECE])
    return found.hexdigest()
