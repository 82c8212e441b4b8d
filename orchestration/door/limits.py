"""One `Bucket` holds what a sender may still send just now: it fills by its rate a second, up to two seconds' worth."""

import asyncio
import math
import time

from orchestration.door.answers import Refusal
from orchestration.intake.senders import Sender

BURST_SECONDS = 2.0
HOLD_SECONDS, MOST_WAITING = 0.5, 200


class Limits:
    """One bucket per sender and worker; with several workers each gives its part of the rate."""

    def __init__(self, workers: int = 1) -> None:
        self._workers = workers
        self._buckets: dict[str, tuple[float, float]] = {}
        self._waiting: dict[str, int] = {}

    def take(self, sender: Sender) -> None:
        """Count one request of a sender.

        Raises:
            Refusal: it sends faster than it may, with the seconds to wait.
        """
        self.take_of(sender.sender_id, sender.reports_per_second / self._workers, "door.rate.sender")

    async def hold_back(self, sender: Sender) -> None:
        """Let a sender that floods wait for its 429: what it sends over one connection then costs the others next to nothing."""
        waiting = self._waiting.get(sender.sender_id, 0)
        if waiting >= MOST_WAITING:
            return
        self._waiting[sender.sender_id] = waiting + 1
        try:
            await asyncio.sleep(HOLD_SECONDS)
        finally:
            self._waiting[sender.sender_id] -= 1

    def take_of(self, name: str, rate: float, code: str) -> None:
        """Count one request under any name."""
        now, most = time.monotonic(), max(rate * BURST_SECONDS, 1.0)
        left, at = self._buckets.get(name, (most, now))
        left = min(most, left + (now - at) * rate)
        if left < 1.0:
            self._buckets[name] = (left, now)
            wait = math.ceil((1.0 - left) / rate) if rate > 0 else 60
            raise Refusal(code, headers={"Retry-After": str(max(wait, 1))}, sender_id=name)
        self._buckets[name] = (left - 1.0, now)
