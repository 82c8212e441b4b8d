"""One `Progress` is the line on a terminal's stderr that tells how far a long run has come; elsewhere it is silent."""

import time
from typing import TextIO

from orchestration.desk.judgement import Judgement
from orchestration.desk.paths import STDIN, files, unpacked_size
from orchestration.desk.request import Request
from orchestration.desk.tally import Tally
from orchestration.desk.words import count, number, say

PATIENCE = 1.0
"""Seconds before the line appears: a short run needs none."""
PAUSE = 0.2
WIDTH = 24


class Progress:
    """Drawn at most five times a second, and wiped before anything else is written to the same terminal."""

    def __init__(self, err: TextIO, asked: Request) -> None:
        self._err, self._lang = err, asked.lang
        self._is_on = err.isatty()
        self._total = _size(asked) if self._is_on else None
        self._start = time.monotonic()
        self._next = self._start + PATIENCE
        self._bytes = 0
        self._is_drawn = False

    def step(self, judgement: Judgement, tally: Tally) -> None:
        """One report more."""
        if not self._is_on:
            return
        self._bytes += judgement.delivery.content_bytes + 1
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + PAUSE
        words = f"{count(tally.reports, 'report', self._lang)} · {number(tally.rejected, self._lang)} {say('rejected', self._lang)}"
        rate = f"{number(round(tally.reports / (now - self._start)), self._lang)}/s"
        self._err.write(f"\r{self._bar()}{words} · {rate}\x1b[K")
        self._err.flush()
        self._is_drawn = True

    def wipe(self) -> None:
        """Take the line away."""
        if self._is_drawn:
            self._err.write("\r\x1b[K")
            self._err.flush()
            self._is_drawn = False

    def _bar(self) -> str:
        if not self._total:
            return ""
        done = min(self._bytes / self._total, 1.0)
        full = round(done * WIDTH)
        return f"{'█' * full}{'░' * (WIDTH - full)} {done:4.0%}  "


def _size(asked: Request) -> int | None:
    """Bytes to read, once unpacked; None when that can't be told."""
    if STDIN in asked.paths:
        return None
    try:
        return sum(unpacked_size(file) for path in asked.paths for file in files(path))
    except OSError:
        return None
