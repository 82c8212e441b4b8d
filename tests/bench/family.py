"""One family is a process and all that it started, as the kernel knows them."""

import os
import signal
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    children: dict[int, list[int]] = defaultdict(list)
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = place.read_text().rpartition(")")[2].split()
            children[int(fields[1])].append(int(place.parent.name))
    found = [pid]
    for member in found:
        found += children[member]
    return found


def end_children() -> None:
    """Stop every process that this one started, and wait until it is gone."""
    left = family(os.getpid())[1:]
    for pid in left:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for _ in range(200):
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not any(Path(f"/proc/{pid}").exists() for pid in left):
            return
        time.sleep(0.05)
