"""One run measures the door on loopback, with authentication, conformance and fsync on: `python -m tests.bench.door`.

    --seconds 10        of each measurement
    --peer PYTHON       a Python with fastapi, fhir.resources, uvicorn, httptools, uvloop, pyjwt, cryptography: the usual app beside it
    --flat 1000000      so many reports, and the memory on the way

Client and door share the machine's cores. Besides the clock the CPU time of the door a report is told: on a machine with other work
the clock tells of that too, the CPU time hardly.
"""

import argparse
import json
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.bench.load import Measured, around, closed, opened, run, template
from tests.door.desk import Desk, Server, free_port

CODES = ("0101", "0219", "0461", "0751", "0851")


def show(text: str) -> None:
    """One line of the table."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--peer", metavar="PYTHON")
    parser.add_argument("--flat", type=int, default=0, metavar="REPORTS")
    parser.add_argument("--workers", type=int, default=1)
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=Path.cwd() / "data"))
    try:
        desks = [Desk(code) for code in CODES]
        with Server(folder, desks, workers=chosen.workers) as server:
            ready, busy = restarted(server), load()
            show(
                f"Python {platform.python_version()}, load average {busy}, ready in {ready:.2f} s, {server.megabytes():.0f} MB"
            )
            tokens = {desk.code: desk.token(server.url) for desk in desks}
            reports = [(desk.code, *desk.report(f"{desk.code}/{number}")) for desk in desks for number in range(20)]
            sizes = [len(body) for _, _, body in reports]
            entries = [len(json.loads(body)["entry"]) for _, _, body in reports]
            mean = sum(entries) / len(entries), sum(sizes) / len(sizes)
            show(f"{len(reports)} reports of {mean[0]:.1f} resources and {mean[1]:,.0f} bytes, each shot with a new id")

            def shots(port: int) -> Callable[[], bytes]:
                return around([template(f"127.0.0.1:{port}", tokens[code], body, name) for code, name, body in reports])

            measure("door", server.port, shots(server.port), chosen.seconds, server.cpu_seconds, server.megabytes)
            if chosen.peer:
                jwk = httpx.get(f"{server.url}/.well-known/jwks.json").json()["keys"][0]
                with peer(chosen.peer, jwk, server.url, folder) as (port, pid):
                    measure(
                        "FastAPI + fhir.resources",
                        port,
                        shots(port),
                        chosen.seconds,
                        lambda: cpu(pid),
                        lambda: memory(pid),
                    )
            if chosen.flat:
                flat(server, desks, shots, tokens, chosen.flat)
    finally:
        shutil.rmtree(folder)


def told(folder: Path, seconds: float) -> dict[str, float]:
    """The door in short: reports a second on 64 connections, the slowest hundredth at 500 a second (ms), CPU µs a report, MB."""
    desk = Desk(CODES[0])
    (folder / "door").mkdir()
    with Server(folder / "door", [desk]) as server:
        token = desk.token(server.url)
        shots = around(
            [
                template(f"127.0.0.1:{server.port}", token, body, name)
                for name, body in map(desk.report, map(str, range(20)))
            ]
        )
        run(closed(server.port, shots, 1.0, 16))
        before, fast = server.cpu_seconds(), run(closed(server.port, shots, seconds, 64))
        used, steady = server.cpu_seconds() - before, run(opened(server.port, shots, 500, seconds))
        accepted = fast.statuses[201] / len(fast.latencies)
        return {
            **{"a second": fast.rate, "p99 at 500/s, ms": steady.percentile(0.99), "accepted": accepted},
            **{"CPU µs": used / len(fast.latencies) * 1e6, "MB": server.megabytes()},
        }


def measure(
    name: str,
    port: int,
    shots: Callable[[], bytes],
    seconds: float,
    cpu_seconds: Callable[[], float],
    megabytes: Callable[[], float],
) -> None:
    """Closed loop for the rate, open loop for the latency."""
    run(closed(port, shots, 2.0, 16))
    for connections in (1, 64):
        before, found = cpu_seconds(), run(closed(port, shots, seconds, connections))
        tell(name, f"closed, {connections} connections", found, cpu_seconds() - before)
    for rate in (100, 500):
        before, found = cpu_seconds(), run(opened(port, shots, rate, seconds))
        tell(name, f"open, {rate} a second", found, cpu_seconds() - before)
    show(f"{name:25} {megabytes():.0f} MB, load average {load()}")


def tell(name: str, what: str, found: Measured, used: float) -> None:
    """One measurement."""
    show(f"{name:25} {what:24} {found.line()}  CPU {used / len(found.latencies) * 1e6:,.0f} µs a report")


def flat(
    server: Server, desks: list[Desk], shots: Callable[[int], Callable[[], bytes]], tokens: dict[str, str], reports: int
) -> None:
    """So many reports, and the memory at every twentieth of them."""
    done, statuses = 0, 0
    while done < reports:
        for desk in desks:
            tokens[desk.code] = desk.token(server.url)
        part, began = 0, time.perf_counter()
        while part < reports / 20:
            found = run(closed(server.port, shots(server.port), 20.0, 64))
            part += len(found.latencies)
            statuses += found.statuses[201]
        done += part
        show(
            f"{done:>10,} reports ({statuses:,} stored)  {server.megabytes():.0f} MB  {part / (time.perf_counter() - began):,.0f}/s"
        )


def restarted(server: Server) -> float:
    """Seconds from the start until it answers, everything in the cache of the disk."""
    server.stop()
    return server.start()


@contextmanager
def peer(python: str, jwk: dict[str, str], issuer: str, folder: Path) -> Iterator[tuple[int, int]]:
    """The usual app, a process of its own; its port and process id."""
    port, stored = free_port(), folder / "peer"
    stored.mkdir()
    told = json.dumps({"port": port, "jwk": jwk, "issuer": issuer, "folder": str(stored)})
    process = subprocess.Popen([python, Path(__file__).parent / "door_peer.py", told])
    try:
        while process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


def cpu(pid: int) -> float:
    """CPU seconds of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def memory(pid: int) -> float:
    """Megabytes of a process."""
    return int(Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0]) / 1024


def load() -> str:
    """How busy the machine is."""
    return Path("/proc/loadavg").read_text().split()[0]


if __name__ == "__main__":
    main()
