"""One child is one piece of work that dies by SIGKILL: at its nth call that changes the disk, or when the clock says so.

The parent must not have used DuckDB or Arrow itself: their threads do not survive a fork.
"""

import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow.parquet

When = Literal["before", "half", "after"]
HALVES = ("write", "write_bytes", "copyfile")
"""Calls that can die in their middle; the others have none."""
CALLS = ("fsync", "write", "ftruncate", "rename", "symlink", "mkdir", "unlink", "rmdir")


@dataclass(frozen=True)
class End:
    """How the child ended. `step` is its last call that changes the disk, and `steps` how many there were."""

    lived: bool
    step: str
    steps: int


def in_child(
    work: Callable[[], object], *, at_step: int = 0, when: When = "before", after_seconds: float | None = None
) -> End:
    """Do the work in a child that dies as told (or not at all). Raises AssertionError when it fails by itself."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _watch(writing, at_step, when)
        try:
            work()
        except BaseException as error:
            print(repr(error), flush=True)  # noqa: T201  # whoever looks at a failed test
            os._exit(3)
        os._exit(0)
    os.close(writing)
    if after_seconds is not None:
        time.sleep(after_seconds)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading) as pipe:
        steps = pipe.read().split()
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed by itself"
    return End(not os.WIFSIGNALED(status), steps[-1] if steps else "start", len(steps))


def _watch(pipe: int, at_step: int, when: When) -> None:
    """From now on this process tells each call that changes the disk, and dies at the one that was drawn."""
    tell, count = os.write, 0

    def dying(name: str, call: Callable[..., Any], half: Callable[..., Any] | None = None) -> Callable[..., Any]:
        def instead(*args: Any, **kwargs: Any) -> Any:
            nonlocal count
            count += 1
            is_last = count == at_step
            tell(pipe, f"{name}\n".encode())
            if is_last and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            if is_last and when == "half" and half:
                half(*args)
                os.kill(os.getpid(), signal.SIGKILL)
            result = call(*args, **kwargs)
            if is_last:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return instead

    original_write, original_bytes = os.write, Path.write_bytes
    halves = {"write": lambda descriptor, data: original_write(descriptor, data[: len(data) // 2])}
    for name in CALLS:
        setattr(os, name, dying(name, getattr(os, name), halves.get(name)))
    Path.write_bytes = dying(  # type: ignore[method-assign]
        "write_bytes", original_bytes, lambda path, data: original_bytes(path, data[: len(data) // 2])
    )
    shutil.copyfile = dying(
        "copyfile",
        shutil.copyfile,
        lambda source, target, **_: original_bytes(Path(target), Path(source).read_bytes()[:100]),
    )
    writer = pyarrow.parquet.ParquetWriter
    writer.write_batch = dying("write_batch", writer.write_batch)
    writer.close = dying("close", writer.close)
