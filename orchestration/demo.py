"""One demo run plays the shipped samples through the real jobs, one received day after the other, and shows what came of it.

The days before the last end with the receipts (job `intake`); the last goes all the way (job `gateway`).
"""

import contextlib
import os
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import dagster as dg
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from orchestration.intake.landing import COPENHAGEN
from orchestration.jobs import all_municipalities
from orchestration.publishing.home import latest
from orchestration.settings import dagster_home, settings
from orchestration.summary import recipients, short, show

DELIVERED, RECEIVED = "18:00", "19:00"
"""When the samples were put into the drop folder on their day, and when the gateway took them in (Danish time)."""


def run_demo() -> int:
    """Play every sample day; 0 when each run did what it should (a withheld municipality is part of the story)."""
    console = Console(file=os.fdopen(os.dup(1), "w"))  # its own handle: what Dagster and dbt print goes to the log
    where = settings()
    home = dagster_home()
    started = time.perf_counter()
    console.print("[bold]KL Gateway[/bold]: the shipped samples, from drop folder to gated release\n")
    log = where.data_dir / "logs" / "demo.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    failed: list[str] = []
    before = {name: latest(where.releases_dir, name) for name in recipients(where)}
    with log.open("w") as log_file:
        days = sorted(path for path in where.samples_dir.iterdir() if path.is_dir())
        definitions = _load(console)
        for day in days:
            deliver(day, where.drop_dir)
            job = definitions.resolve_job_def("gateway" if day == days[-1] else "intake")
            if not _run_day(console, job, day.name, home, log_file.fileno()):
                failed.append(day.name)
        if not _run_extracts(console, definitions.resolve_job_def("municipal_extracts"), home, log_file.fileno()):
            failed.append("the municipalities' extracts")
    show(console, where, before)
    console.print(
        f"\nDone in {time.perf_counter() - started:.0f} s. The log of the runs: {short(log)}. See it all: make ui"
    )
    for name in failed:
        console.print(f"[red]The run of {name} failed: see the log, or the run in the Dagster UI.[/red]")
    return 1 if failed else 0


def deliver(day: Path, drop_dir: Path) -> int:
    """Put one day's sample files into the drop folder as their senders did; returns how many."""
    at = datetime.fromisoformat(f"{day.name}T{DELIVERED}").replace(tzinfo=COPENHAGEN).timestamp()
    files = sorted(path for path in day.rglob("*") if path.is_file())
    for path in files:
        target = drop_dir / path.relative_to(day)
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(target.name + ".part")
        shutil.copyfile(path, aside)
        os.utime(aside, (at, at))
        aside.replace(target)
    return len(files)


def _load(console: Console) -> dg.Definitions:
    """The code location; slow the first time, when dbt reads its project."""
    with console.status("reading the dbt project and the agreements"):
        from orchestration.definitions import defs

        return defs()


def _run_day(console: Console, job: dg.JobDefinition, day: str, home: Path, log: int) -> bool:
    received_at = datetime.fromisoformat(f"{day}T{RECEIVED}").replace(tzinfo=COPENHAGEN)
    ops = {"arrivals": {"config": {"received_at": received_at.isoformat()}}}
    return _run(console, job, f"{day} {job.name:<8}", home, log, {"ops": ops}, partition_key=day)


def _run_extracts(console: Console, job: dg.JobDefinition, home: Path, log: int) -> bool:
    return _run(console, job, f"{'':10} {'extracts':<8}", home, log, {}, tags=all_municipalities())


def _run(
    console: Console, job: dg.JobDefinition, title: str, home: Path, log: int, config: dict[str, Any], **which: Any
) -> bool:
    run_id = str(uuid4())
    with (
        dg.DagsterInstance.from_config(str(home)) as instance,
        _progress(console, instance, run_id, title, len(job.graph.nodes)),
        _quiet(log),
    ):
        result = job.execute_in_process(
            run_config={**config, "loggers": {"console": {"config": {"log_level": "INFO"}}}},
            instance=instance,
            run_id=run_id,
            raise_on_error=False,
            **which,
        )
    return result.success


@contextlib.contextmanager
def _progress(console: Console, instance: dg.DagsterInstance, run_id: str, title: str, steps: int) -> Iterator[None]:
    """A bar that follows the run's own events."""
    done = threading.Event()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f} steps"),
    )
    with Progress(*columns, TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task(title, total=steps)

        def follow() -> None:
            while not done.wait(0.3):
                finished = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.STEP_SUCCESS).records
                bar.update(task, completed=len(finished))

        watcher = threading.Thread(target=follow, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()
            finished = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.STEP_SUCCESS).records
            bar.update(task, completed=len(finished))


@contextlib.contextmanager
def _quiet(log: int) -> Iterator[None]:
    """Send what Dagster and dbt print to the log file."""
    saved = os.dup(1), os.dup(2)
    try:
        os.dup2(log, 1)
        os.dup2(log, 2)
        yield
    finally:
        for kept, stream in zip(saved, (1, 2), strict=True):
            os.dup2(kept, stream)
            os.close(kept)
