"""One shot is one hostile request, raw bytes on a socket, while a canary sender keeps delivering: `python -m tests.faults.hostile`.

    --requests 5000 --seed 7

No answer may be a 5xx, none may lack an OperationOutcome, nothing that was stored may change, and the canary's answers and its
p99 stay as they were. Exit code 1 when something is not so.
"""

import argparse
import asyncio
import gzip
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import quote

import uvloop

from orchestration.intake.ledger.ledger import Ledger
from tests.bench.load import Measured, Template, around, opened, template
from tests.door.desk import FHIR, TODAY, Desk, Server

CANARY_CPR = "0101701234"
METHODS = ("GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "BREW", "", "put")
PATHS = (
    *(
        "/",
        "/fhir/Bundle/x",
        "/fhir/Bundle/..",
        "/fhir/Bundle/../../etc/passwd",
        "/fhir/Bundle/%2e%2e%2f%2e%2e%2fetc",
        "//",
        "*",
    ),
    *(
        "/fhir/Bundle/%00",
        "/fhir/Bundle/%ff%fe",
        "/fhir/Bundle/a%0d%0aSet-Cookie:x",
        "/fhir/Bundle/$validate",
        "/oauth2/token",
    ),
    *(
        "/kommune/0219",
        "/leverance/2026-13-99/x",
        "/leverance/..%2f..%2f/x",
        "/login",
        "/proev",
        "/fhir/metadata?_format=xml",
    ),
    *(
        "http://evil.example/fhir/Bundle/x",
        "/stil.css/../../senders.yml",
        "/fhir/Bundle/x/$status",
        "/fhir/Bundle/x/$receipt",
    ),
)


@dataclass
class Attacked:
    """What came back; `faults` is what should not have, in words."""

    answers: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    before: Measured = field(default_factory=Measured)
    during: Measured = field(default_factory=Measured)


class Shots:
    """Hostile requests by seed. Half have a token that is good: of a sender that turned bad."""

    def __init__(self, random: Random, host: str, token: str, report: tuple[str, bytes]) -> None:
        self.random, self.host, self.token = random, host, token
        self.name, self.body = report
        self.bombs = (
            gzip.compress(b" " * 30_000_000),
            gzip.compress(self.body)[:-5],
            b"\x1f\x8b" + random.randbytes(99),
        )
        self.kinds: list[Callable[[], bytes]] = [
            *(self.noise, self.line, self.headers, self.lengths, self.pipelined, self.path, self.form),
            *(self.damaged, self.damaged, self.json, self.packed, self.token_of_sorts),
        ]

    def shot(self) -> tuple[str, bytes]:
        """(kind, bytes)."""
        kind = self.random.choice(self.kinds)
        return kind.__name__, kind()

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
        known = {"Host": self.host, "Content-Length": str(len(body)), "Content-Type": FHIR, "User-Agent": CANARY_CPR}
        if self.random.random() < 0.5:
            known["Authorization"] = f"Bearer {self.token}"
        lines = [
            f"{method} {path} HTTP/1.1",
            *(f"{k.replace('_', '-')}: {v}" for k, v in (known | headers).items() if v),
        ]
        return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + body

    def noise(self) -> bytes:
        return self.random.randbytes(self.random.randint(1, 2000)) + b"\r\n\r\n"

    def line(self) -> bytes:
        version = self.random.choice(("HTTP/1.1", "HTTP/9.9", "HTTP/", "", "HTTP/1.1 HTTP/1.1"))
        text = f"{self.random.choice(METHODS)} {self.random.choice(PATHS)} {version}\r\nHost: {self.host}\r\n\r\n"
        return text.encode()

    def headers(self) -> bytes:
        name = self.random.choice(
            ("X-" + "a" * 500, "Cookie", "Accept", "Accept-Language", "Prefer", "Range", "Expect", "Upgrade", "TE")
        )
        value = self.random.choice(
            ("a" * 40_000, "\x7f", "é", "*/*;q=x", "da;q=nan, en;q=inf", ", " * 9000, CANARY_CPR, "100-continue")
        )
        return self.request("GET", "/fhir/metadata", **{name: value})

    def lengths(self) -> bytes:
        wrong = self.random.choice(("-1", "99999999999999999999", "1, 2", "0x10", "+5", "1e3", " ", "10485761"))
        if self.random.random() < 0.5:
            return self.request("PUT", f"/fhir/Bundle/{self.name}", b"0\r\n\r\n", Transfer_Encoding="chunked")
        return self.request("PUT", f"/fhir/Bundle/{self.name}", b"{}", Content_Length=wrong)

    def pipelined(self) -> bytes:
        return (
            b"".join(self.request("GET", self.random.choice(("/health", "/nowhere"))) for _ in range(20)) + self.noise()
        )

    def path(self) -> bytes:
        path = (
            self.random.choice(PATHS)
            if self.random.random() < 0.5
            else "/fhir/Bundle/" + quote(self.random.randbytes(20))
        )
        return self.request(self.random.choice(("GET", "PUT", "POST", "DELETE")), path + "?" + CANARY_CPR, self.body)

    def form(self) -> bytes:
        body = self.random.choice(
            (b"token=x", b"report=" + b"[" * 5000, b"grant_type=&" * 50, self.random.randbytes(300), b"report=%ff")
        )
        path = self.random.choice(("/login", "/proev", "/oauth2/token", "/logout"))
        return self.request("POST", path, body, Content_Type="application/x-www-form-urlencoded")

    def damaged(self) -> bytes:
        data = bytearray(self.body)
        for _ in range(self.random.randint(1, 4)):
            at = self.random.randrange(len(data))
            data[at : at + self.random.randint(0, 40)] = self.random.randbytes(self.random.randint(0, 20))
        return self.request("PUT", f"/fhir/Bundle/{self.name}", bytes(data))

    def json(self) -> bytes:
        depth = self.random.choice((70, 5_000, 100_000))
        bodies = (
            b"[" * depth,
            b'{"a":' * depth,
            b'{"a":1,"a":2}',
            b"NaN",
            b'"\\ud800"',
            b'{"id":"' + b"9" * 60_000 + b'"}',
            b"9" * 90_000,
        )
        return self.request("PUT", f"/fhir/Bundle/{self.name}", self.random.choice(bodies))

    def packed(self) -> bytes:
        return self.request("PUT", f"/fhir/Bundle/{self.name}", self.random.choice(self.bombs), Content_Encoding="gzip")

    def token_of_sorts(self) -> bytes:
        parts = self.token.split(".")
        self.random.shuffle(parts)
        tokens = (".".join(parts), self.token[:-4] + "AAAA", "x" * 20_000, "a.b.c", "\xe6", self.token + ".x", "null")
        return self.request(
            "PUT", f"/fhir/Bundle/{self.name}", self.body, Authorization=f"Bearer {self.random.choice(tokens)}"
        )


def run(requests: int, seed: int, *, canary_rate: float = 50.0, seconds: float = 5.0) -> Attacked:
    """Attack a door of its own."""
    folder = Path(tempfile.mkdtemp(prefix="hostile-", dir=Path.cwd() / "data"))
    try:
        canary, bad = Desk("0219"), Desk("0461", reports_per_second=200)
        with Server(folder, [canary, bad]) as server:
            token, host = canary.token(server.url), f"127.0.0.1:{server.port}"
            good = [template(host, token, body, name) for name, body in map(canary.report, "abcdefgh")]
            attack = (server.port, requests, seed, bad.token(server.url), bad.report())
            with ProcessPoolExecutor(1) as beside:
                found = _measure(server.port, good, lambda: beside.submit(_attackers, *attack), canary_rate, seconds)
            _look(server, found)
            server.stop()
            written = server.log_path.read_text()
            if CANARY_CPR in written or "Traceback" in written:
                found.faults.append("the journal holds a canary, or a traceback")
        return found
    finally:
        shutil.rmtree(folder)


def _measure(
    port: int, good: list[Template], attack: Callable[[], Future[Attacked]], rate: float, seconds: float
) -> Attacked:
    """The canary's answers before the attack and during it; the attackers are a process of their own, so as not to be measured."""

    async def measured() -> Attacked:
        before, during = await opened(port, around(good), rate, seconds), Measured()
        attacking, began = attack(), time.perf_counter()
        while not attacking.done():
            part = await opened(port, around(good), rate, 1.0)
            during.latencies += part.latencies
            during.statuses += part.statuses
        during.seconds = time.perf_counter() - began
        found = attacking.result()
        found.before, found.during = before, during
        return found

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(measured())


def _attackers(port: int, requests: int, seed: int, token: str, report: tuple[str, bytes]) -> Attacked:
    """Eight attackers at once."""
    found, shots, turn = Attacked(), Shots(Random(seed), f"127.0.0.1:{port}", token, report), iter(range(requests))

    async def attacker() -> None:
        for _ in turn:
            kind, data = shots.shot()
            found.kinds[kind] += 1
            await _shoot(port, kind, data, found)

    async def all_of_them() -> None:
        await asyncio.gather(*(attacker() for _ in range(8)))

    asyncio.run(all_of_them())
    return found


async def _shoot(port: int, kind: str, data: bytes, found: Attacked) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        answer = b""
        async with asyncio.timeout(1.0):
            while not _whole(answer) and (chunk := await reader.read(65_536)):
                answer += chunk
    except (TimeoutError, OSError):
        pass
    finally:
        writer.close()
    status = answer[9:12].decode() or "closed"
    found.answers[status] += 1
    head, _, body = answer.partition(b"\r\n\r\n")
    if status.startswith("5"):
        found.faults.append(f"{kind}: {status}")
    if status.startswith("4") and not data.startswith(b"HEAD") and _whole(answer):
        page = b"text/html" in head.lower()
        if not page and json.loads(body).get("resourceType") != "OperationOutcome":
            found.faults.append(f"{kind}: {status} without an OperationOutcome")
    if CANARY_CPR.encode() in answer:
        found.faults.append(f"{kind}: an answer repeats what was sent")


def _whole(answer: bytes) -> bool:
    head, mark, body = answer.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(mark) and len(body) >= int(lengths[0] if lengths else 0)


def _look(server: Server, found: Attacked) -> None:
    """Of the canary all is stored that was acknowledged, and nothing else."""
    stored: Counter[tuple[str, str]] = Counter()
    for entry, _ in Ledger(server.data / "landing", writes=False).entries(TODAY):
        stored[entry.sender_id, entry.state] += 1
    told = found.before.statuses[201] + found.during.statuses[201]
    if stored["0219-test", "accepted"] != told or set(found.during.statuses) != {201}:
        found.faults.append(f"the canary was told {told} times, and {stored['0219-test', 'accepted']} are stored")


def main() -> int:
    """Attack, look, tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    found = run(chosen.requests, chosen.seed)
    write = sys.stdout.write
    write(f"kinds    {dict(found.kinds)}\nanswers  {dict(found.answers)}\n")
    write(f"canary before  {found.before.line()}\ncanary during  {found.during.line()}\n")
    write("\n".join(found.faults[:20] or ["nothing that should not have been"]) + "\n")
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
