"""One moment is one `kill -9` of the door under load: `python -m tests.faults.door --kills 500 --seed 7 [--workers 2]`.

Senders deliver and repeat what was not answered; the whole process group of the door is killed at a random moment, started again, and
so on. In the end the ledger is read as the day's run reads it, and compared with what the senders were told:

    lost       acknowledged (201 or 200), and not there
    doubled    one id stored as accepted more than once
    half-read  there with other bytes than were sent
    strange    there and never sent

Every number must be 0. Exit code 1 when one is not.
"""

import argparse
import asyncio
import contextlib
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

import httpx
import uvloop

from orchestration.intake.ledger.ledger import Ledger
from tests.bench.load import Connection, Template, template
from tests.door.desk import TODAY, Desk, Server

SENDERS = 24


@dataclass
class Told:
    """What the senders know: the hash of what was sent under each id, and the ids that were acknowledged."""

    sent: dict[str, bytes] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    cut_off: int = 0


@dataclass(frozen=True)
class Found:
    """What came of all the kills."""

    kills: int
    sent: int
    acknowledged: int
    stored: int
    cut_off: int
    lost: int
    doubled: int
    half_read: int
    strange: int

    @property
    def is_well(self) -> bool:
        """Nothing lost, nothing doubled, nothing half-read."""
        return not (self.lost or self.doubled or self.half_read or self.strange)

    def table(self) -> str:
        """As Markdown."""
        names = list(self.__dataclass_fields__)
        rows = [names, ["---:"] * len(names), [f"{getattr(self, name):,}" for name in names]]
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def run(kills: int, seed: int, workers: int, *, longest: float = 0.8) -> Found:
    """Kill a door so many times, each after at most `longest` seconds of load."""
    random, folder = Random(seed), Path(tempfile.mkdtemp(prefix="door-", dir=Path.cwd() / "data"))
    try:
        desk, told = Desk("0219"), Told()
        with Server(folder, [desk], workers=workers) as server:
            token, got = desk.token(server.url), time.monotonic()
            reports = [desk.report(str(number)) for number in range(20)]
            for number in range(kills):
                if time.monotonic() - got > 600:
                    token, got = desk.token(server.url), time.monotonic()
                templates = [template(f"127.0.0.1:{server.port}", token, body, name) for name, body in reports]
                _load_and_kill(server, templates, told, random, random.uniform(0, longest))
                server.start()
                sys.stderr.write(f"\r{number + 1} kills, {len(told.acknowledged):,} acknowledged")
            _finish(server, templates, told)
        return _compare(server.data / "landing", told, kills)
    finally:
        shutil.rmtree(folder)


def _load_and_kill(server: Server, templates: list[Template], told: Told, random: Random, seconds: float) -> None:
    async def all_of_it() -> None:
        senders = [
            asyncio.create_task(_deliver(server.port, templates, told, Random(random.random()))) for _ in range(SENDERS)
        ]
        await asyncio.sleep(seconds)
        server.kill()
        await asyncio.gather(*senders)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(all_of_it())


async def _deliver(port: int, templates: list[Template], told: Told, random: Random) -> None:
    """One sender: new reports, and now and then one again that was not answered."""
    with contextlib.suppress(OSError):
        _, connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
        while True:
            waiting = [name for name in list(told.sent)[-200:] if name not in told.acknowledged]
            shot = (
                told.sent[random.choice(waiting)]
                if waiting and random.random() < 0.3
                else random.choice(templates).shot()
            )
            name = shot[len(b"PUT /fhir/Bundle/") :][:36].decode()
            told.sent[name] = shot
            try:
                status = await connection.ask(shot)
            except OSError:
                told.cut_off += 1
                raise
            told.statuses[status] += 1
            if status in (200, 201):
                told.acknowledged.add(name)


def _finish(server: Server, templates: list[Template], told: Told) -> None:
    """What was never answered is sent once more, as a sender would: the answer must be 200 or 201."""
    headers = {"Content-Type": "application/fhir+json"}
    with httpx.Client() as client:
        for name in [name for name in told.sent if name not in told.acknowledged][-500:]:
            head, _, body = told.sent[name].partition(b"\r\n\r\n")
            token = templates[0].pieces[1].partition(b"Bearer ")[2].partition(b"\r\n")[0].decode()
            answer = client.put(
                f"{server.url}/fhir/Bundle/{name}", content=body, headers=headers | {"Authorization": f"Bearer {token}"}
            )
            told.statuses[answer.status_code] += 1
            assert answer.status_code in (200, 201), (answer.status_code, head[:60])
            told.acknowledged.add(name)


def _compare(landing: Path, told: Told, kills: int) -> Found:
    stored: Counter[str] = Counter()
    half = strange = 0
    ledger = Ledger(landing, writes=False)
    for day in (TODAY, TODAY + timedelta(days=1)):
        for entry, body in ledger.entries(day):
            stored[entry.report_id] += entry.state == "accepted"
            sent = told.sent.get(entry.report_id)
            strange += sent is None
            half += sent is not None and sent.partition(b"\r\n\r\n")[2] != body
    lost = sum(not stored[name] for name in told.acknowledged)
    doubled = sum(count > 1 for count in stored.values())
    counts = (kills, len(told.sent), len(told.acknowledged), sum(stored.values()), told.cut_off)
    return Found(*counts, lost, doubled, half, strange)


def main() -> int:
    """Kill, compare, tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--workers", type=int, default=1)
    chosen = parser.parse_args()
    found = run(chosen.kills, chosen.seed, chosen.workers)
    sys.stdout.write(f"\nseed {chosen.seed}, {chosen.workers} worker(s)\n{found.table()}\n")
    return 0 if found.is_well else 1


if __name__ == "__main__":
    sys.exit(main())
