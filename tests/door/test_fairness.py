"""One test holds a sender that keeps to its rate beside one that floods: what the first notices of the second."""

import asyncio
import multiprocessing
import time
from pathlib import Path

import uvloop

from tests.bench.load import Measured, around, closed, run, template
from tests.door.desk import Desk, Server


def flood(port: int, shots: list[tuple[bytes, ...]], seconds: float) -> None:
    """As much as sixteen connections can send; a process of its own, so that it is not measured."""
    from tests.bench.load import Template

    async def all_of_it() -> Measured:
        return await closed(port, around([Template(pieces) for pieces in shots]), seconds, 16)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(all_of_it())


def measured(folder: Path, seconds: float) -> tuple[float, float]:
    """Answers a second to the calm sender, alone and beside the flood."""
    calm, loud = Desk("0219"), Desk("0461", reports_per_second=20)
    with Server(folder, [calm, loud]) as server:
        host = f"127.0.0.1:{server.port}"
        quiet = [template(host, calm.token(server.url), body, name) for name, body in map(calm.report, "abcd")]
        noisy = [template(host, loud.token(server.url), body, name).pieces for name, body in map(loud.report, "abcd")]
        run(closed(server.port, around(quiet), 1.0, 4))
        alone = run(closed(server.port, around(quiet), seconds, 4))
        context = multiprocessing.get_context("spawn")
        flooding = context.Process(target=flood, args=(server.port, noisy, seconds + 3))
        flooding.start()
        time.sleep(1.5)
        beside = run(closed(server.port, around(quiet), seconds, 4))
        flooding.join()
        assert set(alone.statuses) == set(beside.statuses) == {201}
        refused = [line for line in server.log if line.get("sender") == loud.sender_id and line["status"] == 429]
        assert len(refused) > 20
        return alone.rate, beside.rate


def test_a_flood_takes_less_than_a_fifth_from_the_others(tmp_path: Path) -> None:
    shares = []
    for number in range(3):  # other work on the machine comes and goes
        folder = tmp_path / str(number)
        folder.mkdir()
        alone, beside = measured(folder, 1.5)
        shares.append(beside / alone)
        if shares[-1] > 0.8:
            break
    assert max(shares) > 0.8, shares
