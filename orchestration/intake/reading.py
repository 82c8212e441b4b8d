"""One `Delivery` is one report as it was sent: a whole `.json` file, or one line of an `.ndjson` file (either may be gzipped)."""

import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

MAX_BYTES = 10_485_760
"""10 MB, as `limits` in conformance/profiles/gateway-1.0.0 says (a test holds them together): what is longer is not read into memory."""
MAX_STREAM_BYTES = 20_000_000_000
"""A file unpacks to at most 20 GB: a day of 200,000 reports is 3 GB, what is longer is a mistake or a gzip bomb."""
CHUNK = 1 << 20
GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Delivery:
    """`line_number` counts from 1 in NDJSON, None for a whole file. Either `data` or, when it can't be read, `rule_id`."""

    line_number: int | None
    data: bytes
    content_sha256: str
    content_bytes: int
    rule_id: str | None = None


def deliveries(path: Path, file_name: str) -> Iterator[Delivery]:
    """Read the reports of one archived file, one after the other, in bounded memory.

    A file that can't be read gives one delivery with the rule id that says why; a gzip that breaks half-way gives the
    reports before the break and then the fault.
    """
    name = file_name.lower()
    is_gzip = name.endswith(".gz")
    stem = name.removesuffix(".gz")
    if not stem.endswith((".json", ".ndjson")):
        yield _unreadable(path, "file.type")
        return
    try:
        with _opened(path, is_gzip) as stream:
            if stem.endswith(".json"):
                data = stream.read(MAX_BYTES + 1)
                yield _delivery(None, data) if len(data) <= MAX_BYTES else _unreadable(path, "json.size")
            else:
                yield from _lines(stream)
    except (OSError, EOFError, zlib.error) as error:
        if not is_gzip or (isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile)):
            raise  # our own disk, not the sender's file
        yield _unreadable(path, "file.gzip")


def _opened(path: Path, is_gzip: bool) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path, "rb")) if is_gzip else path.open("rb")


def of_stream(stream: IO[bytes]) -> Iterator[Delivery]:
    """Read the reports of a stream without a name (standard input, a pipe): gzip or not, one report or NDJSON, by its look."""
    head = stream.read(len(GZIP))
    whole: IO[bytes] = _rejoined(head, stream)
    try:
        whole = cast(IO[bytes], gzip.GzipFile(fileobj=whole)) if head == GZIP else whole
        first, second = _next_line(whole), _next_line(whole)
        whole = _rejoined(first + second, whole)
        if _are_lines(first, second):
            yield from _lines(whole)
            return
        data = whole.read(MAX_BYTES + 1)
        yield _delivery(None, data) if len(data) <= MAX_BYTES else _unread("json.size")
    except (gzip.BadGzipFile, EOFError, zlib.error):
        yield _unread("file.gzip")


class _Rejoined(io.RawIOBase):
    """A stream whose first bytes were read to look at them, and are put back."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._head[: len(buffer)] or self._rest.read(len(buffer))
        self._head = self._head[len(data) :]
        buffer[: len(data)] = data
        return len(data)


def _rejoined(head: bytes, rest: IO[bytes]) -> IO[bytes]:
    return io.BufferedReader(_Rejoined(head, rest), CHUNK)


def _next_line(stream: IO[bytes]) -> bytes:
    """The next line that isn't blank, with the blank ones before it."""
    found = b""
    while not found.strip() and len(found) <= MAX_BYTES and (line := stream.readline(MAX_BYTES + 2)):
        found += line
    return found


def _are_lines(first: bytes, second: bytes) -> bool:
    """Whether two lines are two reports: the first is a whole document; or it is broken, but the second is a whole resource."""
    if not second.strip():
        return False
    if _document(first) is not None:
        return True
    other = _document(second)
    return isinstance(other, dict) and "resourceType" in other


def _document(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _unread(rule_id: str) -> Delivery:
    """A report of a stream that can't be kept: its size and digest are not known."""
    return Delivery(None, b"", hashlib.sha256(b"").hexdigest(), 0, rule_id)


def _unreadable(path: Path, rule_id: str) -> Delivery:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return Delivery(None, b"", digest.hexdigest(), size, rule_id)


def _delivery(number: int | None, data: bytes) -> Delivery:
    return Delivery(number, data, hashlib.sha256(data).hexdigest(), len(data))


def _lines(stream: IO[bytes]) -> Iterator[Delivery]:
    number = read = 0
    found = False
    while line := stream.readline(MAX_BYTES + 2):
        number += 1
        read += len(line)
        if len(line) > MAX_BYTES + 1 and not line.endswith(b"\n"):
            digest, size = hashlib.sha256(line), len(line)
            while read + size <= MAX_STREAM_BYTES and (rest := stream.readline(CHUNK)):
                digest.update(rest)
                size += len(rest)
                if rest.endswith(b"\n"):
                    break
            read += size
            found = True
            yield Delivery(number, b"", digest.hexdigest(), size, "json.size")
        elif data := line.strip(b" \t\r\n"):
            found = True
            yield _delivery(number, data)
        if read > MAX_STREAM_BYTES:
            yield Delivery(number + 1, b"", hashlib.sha256(b"").hexdigest(), 0, "file.size")
            return
    if not found:
        yield _delivery(None, b"")
