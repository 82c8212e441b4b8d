"""One `Shot` is one report sent over loopback and answered. The shooter is raw sockets on uvloop: it must not be what is measured."""

import asyncio
import itertools
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import uuid4

import uvloop

MARK = "00000000-0000-4000-8000-000000000000"
"""Stands in a template where the id of the report goes."""


@dataclass(frozen=True)
class Template:
    """A request that is whole but for the id of its report, which stands in address and body."""

    pieces: tuple[bytes, ...]

    def shot(self) -> bytes:
        """A request with an id of its own."""
        return str(uuid4()).encode().join(self.pieces)


def template(host: str, token: str, body: bytes, name: str) -> Template:
    """The request for a report (`name` is its id)."""
    head = (
        f"PUT /fhir/Bundle/{MARK} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/fhir+json\r\nContent-Length: {len(body) + len(MARK) - len(name)}\r\n\r\n"
    )
    return Template(tuple((head.encode() + body.replace(name.encode(), MARK.encode())).split(MARK.encode())))


@dataclass
class Measured:
    """Milliseconds from the moment a request was due until its answer was there, and the answers by status."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """The latency that this share of the answers kept."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]

    def line(self) -> str:
        """In words."""
        told = f"{self.rate:8,.0f}/s  p50 {self.percentile(0.5):7.2f}  p99 {self.percentile(0.99):7.2f}  max {max(self.latencies):7.1f} ms"
        return f"{told}  {dict(self.statuses)}"


class Connection(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self.buffer = b""
        self.waiting: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport  # uvloop has a class of its own

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.buffer[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 : (head.find(b"\r", at) if head.find(b"\r", at) > 0 else end)]) if at >= 0 else 0
        if len(self.buffer) >= end + 4 + length and self.waiting is not None:
            self.buffer, waiting, self.waiting = b"", self.waiting, None
            waiting.set_result(int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(exc or ConnectionResetError())

    async def ask(self, request: bytes) -> int:
        """The status of the answer."""
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.waiting


async def closed(port: int, shots: Callable[[], bytes], seconds: float, connections: int) -> Measured:
    """As fast as the door answers, on so many connections."""
    found = Measured()
    loop = asyncio.get_running_loop()
    began = time.perf_counter()

    async def one() -> None:
        _, connection = await loop.create_connection(Connection, "127.0.0.1", port)
        while time.perf_counter() - began < seconds:
            due = time.perf_counter()
            found.statuses[await connection.ask(shots())] += 1
            found.latencies.append((time.perf_counter() - due) * 1e3)
        connection.transport.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    found.seconds = time.perf_counter() - began
    return found


async def opened(port: int, shots: Callable[[], bytes], rate: float, seconds: float, seed: int = 7) -> Measured:
    """At a rate of its own, at random moments (Poisson), whatever the door does; a late start counts as waiting."""
    found, random, loop = Measured(), Random(seed), asyncio.get_running_loop()
    free: list[Connection] = []
    running: set[asyncio.Task[None]] = set()

    async def one(due: float) -> None:
        connection = free.pop() if free else (await loop.create_connection(Connection, "127.0.0.1", port))[1]
        found.statuses[await connection.ask(shots())] += 1
        found.latencies.append((time.perf_counter() - due) * 1e3)
        free.append(connection)

    began = due = time.perf_counter()
    while due - began < seconds:
        due += random.expovariate(rate)
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        task = asyncio.create_task(one(due))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    found.seconds = time.perf_counter() - began
    for connection in free:
        connection.transport.close()
    return found


def run(coroutine: object) -> Measured:
    """Run a measurement in a loop of its own."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(coroutine)  # type: ignore[arg-type]


def around(templates: list[Template]) -> Callable[[], bytes]:
    """Shots of all templates in turn."""
    turn: Iterator[Template] = itertools.cycle(templates)
    return lambda: next(turn).shot()


def ask_all(port: int, requests: list[bytes], connections: int = 16) -> list[int]:
    """The status of the answer to each request."""
    statuses = [0] * len(requests)

    async def all_of_them() -> None:
        loop, turn = asyncio.get_running_loop(), iter(range(len(requests)))

        async def one() -> None:
            _, connection = await loop.create_connection(Connection, "127.0.0.1", port)
            for number in turn:
                statuses[number] = await connection.ask(requests[number])
            connection.transport.close()

        await asyncio.gather(*(one() for _ in range(connections)))

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(all_of_them())
    return statuses
