"""One `Store` is the thread that commits: what came in while it wrote goes to disk together, with one fsync."""

import asyncio
import threading
from pathlib import Path

from orchestration.door.answers import Refusal
from orchestration.intake.ledger.index import checkpoint
from orchestration.intake.ledger.ledger import INDEX, Ledger
from orchestration.intake.ledger.offers import Answer, CannotStore, Offer
from orchestration.intake.ledger.segments import prepare

MOST_WAITING = 2_000
MOST_WAITING_BYTES = 1 << 26
TIDY_SECONDS = 1.0


class Store:
    """Takes offers from the event loop, and gives each its answer when it is on disk."""

    def __init__(self, landing_dir: Path) -> None:
        self.ledger = Ledger(landing_dir)
        self._waiting: list[tuple[Offer, asyncio.Future[Answer]]] = []
        self._bytes = 0
        self._wake = threading.Condition()
        self._stop = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._commit, self._tidy)]

    def start(self) -> None:
        """Begin to commit; called in the event loop."""
        self._loop = asyncio.get_running_loop()
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Commit what waits, and stop."""
        self._stop.set()
        with self._wake:
            self._wake.notify_all()
        for thread in self._threads:
            thread.join()
        self.ledger.close()

    async def __call__(self, offer: Offer) -> Answer:
        """Store one report; it is on disk when this returns.

        Raises:
            Refusal: too many are waiting, or nothing can be stored now.
        """
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        with self._wake:
            if len(self._waiting) >= MOST_WAITING or self._bytes >= MOST_WAITING_BYTES:
                raise Refusal("door.busy", headers={"Retry-After": "2"})
            self._waiting.append((offer, future))
            self._bytes += len(offer.body)
            if len(self._waiting) == 1:
                self._wake.notify()
        return await future

    def _commit(self) -> None:
        while True:
            with self._wake:
                while not self._waiting and not self._stop.is_set():
                    self._wake.wait()
                batch, self._waiting, self._bytes = self._waiting, [], 0
            if not batch:
                return
            try:
                answers: list[Answer] | Exception = self.ledger.commit([offer for offer, _ in batch])
            except CannotStore:
                answers = Refusal("door.store.unavailable", headers={"Retry-After": "30"})
            except Exception:  # a fault of ours in one batch ends no other
                answers = Refusal("door.fault")
            self._tell([future for _, future in batch], answers)

    def _tell(self, futures: list[asyncio.Future[Answer]], answers: list[Answer] | Exception) -> None:
        def tell() -> None:
            for number, future in enumerate(futures):
                if future.cancelled():  # the sender has gone; the report is stored all the same
                    continue
                if isinstance(answers, Exception):
                    future.set_exception(answers)
                else:
                    future.set_result(answers[number])

        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(tell)

    def _tidy(self) -> None:
        """What can be done while no sender waits for it: the index's journal into its file, and a segment to lie ready."""
        while not self._stop.wait(TIDY_SECONDS):
            checkpoint(self.ledger.root / INDEX)
            prepare(self.ledger.root)
