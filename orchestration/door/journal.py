"""One line of the journal is one request as JSON: when, which, who, what became of it. No body, no address as sent, no id of a report."""

import os
import sys
import time
from datetime import UTC, datetime
from typing import Any

import msgspec

FLUSH_BYTES = 65_536


class Journal:
    """Lines are gathered and written together, at most half a second later; to standard error, which systemd keeps."""

    def __init__(self, descriptor: int | None = None) -> None:
        self._descriptor = sys.stderr.fileno() if descriptor is None else descriptor
        self._lines: list[bytes] = []
        self._size = 0
        self._written = time.monotonic()

    def line(self, **told: Any) -> None:
        """Write down one thing."""
        line = msgspec.json.encode({"at": datetime.now(UTC), **told}) + b"\n"
        self._lines.append(line)
        self._size += len(line)
        if self._size >= FLUSH_BYTES or time.monotonic() - self._written > 0.5:
            self.flush()

    def warn(self, text: str) -> None:
        """Write down what an operator should see, at once."""
        self.line(level="warning", text=text)
        self.flush()

    def flush(self) -> None:
        """Write what was gathered; a full disk or a closed pipe loses lines, never a request."""
        data, self._lines, self._size = b"".join(self._lines), [], 0
        self._written = time.monotonic()
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError:
            return
