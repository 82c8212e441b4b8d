"""One `Registry` is who may report, as senders.yml says now: an edit counts within a second, and one that can't be read changes nothing."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from orchestration.intake.landing import COPENHAGEN
from orchestration.intake.senders import Key, Sender, load_senders

LOOK_SECONDS = 1.0


class Registry:
    """`generation` rises with every change; `warn` is told when the file can't be read."""

    def __init__(self, path: Path, warn: Callable[[str], None]) -> None:
        self._path, self._warn = path, warn
        self._looked = time.monotonic()
        self._stamp = self._stat()
        self.senders = load_senders(path)
        self._keys = _by_kid(self.senders)
        self.generation = 0

    def sender(self, sender_id: str) -> Sender | None:
        """The sender of an id, if it is one."""
        self._look()
        return self.senders.get(sender_id)

    def key(self, kid: str) -> tuple[Sender, Key] | None:
        """Sender and key of a kid, while the key holds (in Danish days)."""
        self._look()
        found = self._keys.get(kid)
        return found if found and found[1].holds(datetime.now(UTC).astimezone(COPENHAGEN).date()) else None

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._looked < LOOK_SECONDS:
            return
        self._looked = now
        stamp = self._stat()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self.senders = load_senders(self._path)
        except (OSError, ValueError) as error:
            self._warn(f"senders: {type(error).__name__}, the former ones stand")
            return
        self._keys = _by_kid(self.senders)
        self.generation += 1

    def _stat(self) -> tuple[int, int, int]:
        try:
            found = self._path.stat()
        except OSError:
            return (0, 0, 0)
        return (found.st_mtime_ns, found.st_size, found.st_ino)


def _by_kid(senders: dict[str, Sender]) -> dict[str, tuple[Sender, Key]]:
    return {key.kid: (sender, key) for sender in senders.values() for key in sender.keys}
