"""One `DoorProtocol` is one connection: uvicorn's, with bounds on what comes before a body, and FHIR as the answer to what is no HTTP.

uvicorn bounds neither the length of headers nor the time they take; the app only sees a request when its headers are there.
"""

import asyncio
import os
from typing import Any

import msgspec
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from orchestration.door.answers import FHIR_JSON, own_outcome, texts

HEADER_SECONDS = 5.0
IDLE_SECONDS = 75
LONGEST_HEADERS = 32_768
LONGEST_URL = 2_000
MOST_CONNECTIONS = 2_000
PHRASES = {
    400: "Bad Request",
    408: "Request Timeout",
    414: "URI Too Long",
    431: "Request Header Fields Too Large",
    503: "Busy",
}


class DoorProtocol(HttpToolsProtocol):
    """One connection. What it refuses is told to the journal through `refused`."""

    _timer: asyncio.TimerHandle | None = None
    _header_bytes = 0
    _in_headers = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            self._refuse("door.busy")
            return
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if self._in_headers:
            self._header_bytes += len(data)
            if self._timer is None:
                self._start_timer()
        super().data_received(data)
        # counted by the piece: what is still headers after so many bytes is too long, however it is cut
        if self._in_headers and self._header_bytes > LONGEST_HEADERS and not self.transport.is_closing():
            self._refuse("door.headers.long")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_headers = True

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > LONGEST_URL:
            self._refuse("door.url.long")

    def on_headers_complete(self) -> None:
        self._in_headers, self._header_bytes = False, 0
        self._stop_timer()
        if self.transport.is_closing():
            return
        if sum(len(name) + len(value) + 4 for name, value in self.headers) > LONGEST_HEADERS:
            self._refuse("door.headers.long")
            return
        names = [name for name, _ in self.headers]
        if names.count(b"host") != 1 and self.parser.get_http_version() == "1.1":
            self._refuse("door.request.malformed")
            return
        if any(names.count(name) > 1 for name in ONCE) or (
            b"content-length" in names and b"transfer-encoding" in names
        ):
            self._refuse("door.request.malformed")  # two readers could see two requests in it
            return
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_headers = True
        if not self.transport.is_closing() and self.cycle is not None:
            super().on_message_complete()

    def on_body(self, body: bytes) -> None:
        if not self.transport.is_closing() and self.cycle is not None:
            super().on_body(body)

    def send_400_response(self, msg: str) -> None:
        self._refuse("door.request.malformed")

    def _start_timer(self) -> None:
        self._timer = self.loop.call_later(HEADER_SECONDS, self._refuse, "door.request.slow")

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, code: str) -> None:
        """Answer without the app, and hang up. After a request that is still being answered, only hang up."""
        self._stop_timer()
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(answer(code))
        self.transport.close()


ONCE = (b"authorization", b"content-length", b"content-type", b"content-encoding", b"transfer-encoding")


def answer(code: str) -> bytes:
    """The bytes of an answer of the protocol's own, in Danish: what language is wanted may not have been said yet."""
    status = texts()[code].status
    body = msgspec.json.encode(own_outcome(code, "da"))
    head: dict[str, Any] = {
        "Content-Type": FHIR_JSON,
        "Content-Language": "da",
        "Content-Length": len(body),
        "X-Request-Id": os.urandom(8).hex(),
        "Connection": "close",
    }
    lines = [f"HTTP/1.1 {status} {PHRASES[status]}", *(f"{name}: {value}" for name, value in head.items()), "", ""]
    return "\r\n".join(lines).encode() + body
