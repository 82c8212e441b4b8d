"""One run of `klgateway generate` writes an invented nation with the truth beside it, or checks a run of the platform against one."""

import errno
import sys
import time
from pathlib import Path
from typing import Any

NAME = "klgateway generate"
DONE, DIFFERENT, NOT_UNDERSTOOD, NOT_WRITTEN, STOPPED = 0, 1, 2, 3, 130


def generate_nation(out: str, check: str | None, **asked: Any) -> int:
    """Exit code: 0 done, 1 the check found differences, 2 settings that can't be, 3 it could not be written."""
    from orchestration.nation_check import check_nation
    from orchestration.nation_result import ResultError
    from orchestration.synthetic.nation.plan import PlanError, plan

    try:
        if check is not None:
            return check_nation(Path(out), Path(check), _console())
        asked = {name: value for name, value in asked.items() if value is not None}
        made = plan(out, **asked)
    except (PlanError, ResultError) as error:
        return _say(str(error), NOT_UNDERSTOOD)
    try:
        return _generate(made)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        reason = "the disk is full" if full else error.strerror or type(error).__name__
        return _say(f"--out {out}: {reason}. Nothing was left behind.", NOT_WRITTEN)
    except KeyboardInterrupt:
        return _say("stopped. Nothing was left behind.", STOPPED)


def _generate(made: Any) -> int:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from orchestration.synthetic.nation.run import generate

    started = time.perf_counter()
    columns = (TextColumn("citizens"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = _console(sys.stderr)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=made.citizens)

        def step(done: int) -> None:
            if done % 100 == 0:
                progress.update(task, completed=done)

        told = generate(made, step)
    seconds = time.perf_counter() - started
    lines = [f"{told.citizens} citizens, {told.reports} reports, {told.size / 1e6:.0f} MB in {made.out}"]
    for name in ("state", "kind", "vendor", "path"):
        lines.append(f"  by {name}: " + ", ".join(f"{key} {count}" for key, count in sorted(told.by[name].items())))
    faults = f"{sum(told.by['fault'].values())} of {len(told.by['fault'])} rules"
    lines.append(f"  injected faults: {faults}, of {told.breakable} that a report can break today")
    lines.append(f"  sha256 of the deliveries: {told.digest}")
    lines.append(f"  {told.reports / seconds:.0f} reports a second")
    print("\n".join(lines))  # noqa: T201  # the answer of the command
    return DONE


def _console(stream: Any = None) -> Any:
    from rich.console import Console

    return Console(file=stream or sys.stdout)


def _say(text: str, code: int) -> int:
    sys.stderr.write(f"{NAME}: {text}\n")
    return code
