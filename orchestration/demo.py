"""One demo run plays the shipped samples through the real job, one received day after the other, and shows what came of it."""

import contextlib
import os
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import dagster as dg
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from orchestration.intake.landing import COPENHAGEN
from orchestration.publishing.agreement import load_agreements
from orchestration.publishing.manifest import read_manifest
from orchestration.publishing.release import latest
from orchestration.publishing.report import read_report
from orchestration.settings import Settings, dagster_home, settings
from orchestration.warehouse import connect

DELIVERED, RECEIVED = "18:00", "19:00"
"""When the samples were put into the drop folder on their day, and when the gateway took them in (Danish time)."""


def run_demo() -> int:
    """Play every sample day; 0 when each run did what it should (a withheld municipality is part of the story)."""
    console = Console(file=os.fdopen(os.dup(1), "w"))  # its own handle: what Dagster and dbt print goes to the log
    where = settings()
    home = dagster_home()
    started = time.perf_counter()
    console.print(f"[bold]KL Gateway[/bold]: the shipped samples, from drop folder to gated release\n")
    log = where.data_dir / "logs" / "demo.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    failed: list[str] = []
    before = {name: latest(where.releases_dir, name) for name in recipients(where)}
    with log.open("w") as log_file:
        for day in sorted(path for path in where.samples_dir.iterdir() if path.is_dir()):
            deliver(day, where.drop_dir)
            if not _run_day(console, day.name, home, log_file.fileno()):
                failed.append(day.name)
    show(console, where, before)
    console.print(
        f"\nDone in {time.perf_counter() - started:.0f} s. The log of the runs: {_short(log)}. See it all: make ui"
    )
    for day in failed:
        console.print(f"[red]The run of {day} failed: see the log, or the run in the Dagster UI.[/red]")
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


def _run_day(console: Console, day: str, home: Path, log: int) -> bool:
    from orchestration.definitions import defs

    run_id = str(uuid4())
    received_at = datetime.fromisoformat(f"{day}T{RECEIVED}").replace(tzinfo=COPENHAGEN)
    job = defs().resolve_job_def("gateway")
    with (
        dg.DagsterInstance.from_config(str(home)) as instance,
        _progress(console, instance, run_id, day, len(job.graph.nodes)),
    ):
        with _quiet(log):
            result = job.execute_in_process(
                run_config={
                    "ops": {"arrivals": {"config": {"received_at": received_at.isoformat()}}},
                    "loggers": {"console": {"config": {"log_level": "INFO"}}},
                },
                partition_key=day,
                instance=instance,
                run_id=run_id,
                raise_on_error=False,
            )
    return result.success


@contextlib.contextmanager
def _progress(console: Console, instance: dg.DagsterInstance, run_id: str, day: str, steps: int) -> Iterator[None]:
    """A bar that follows the run's own events."""
    done = threading.Event()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f} steps"),
    )
    with Progress(*columns, TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task(f"received {day}", total=steps)

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


def recipients(where: Settings) -> list[str]:
    """Those whose agreement is on."""
    return [name for name, terms in load_agreements(where.expectations_dir).by_recipient.items() if terms.is_on]


def show(console: Console, where: Settings, before: dict[str, Path | None]) -> None:
    """Print what the warehouse and the releases hold now; `before` is each recipient's latest release before the demo."""
    with connect(where.warehouse_path) as connection:
        received = connection.execute(RECEIVED_TABLE).fetchall()
        facts = connection.execute(FACTS_TABLE).fetchall()
    _print(console, "Received", ("municipality", "received", "accepted", "rejected", "duplicate", "findings"), received)
    _print(console, "Facts", ("table", "rows", "current"), facts)
    released = [_released(where, name, former) for name, former in before.items()]
    _print(console, "Released", ("recipient", "status", "rows", "withheld", "release"), released)
    places = [where.receipts_dir, where.releases_dir, where.warehouse_path]
    console.print("Receipts, releases and warehouse: " + " · ".join(map(_short, places)))


def _released(where: Settings, recipient: str, former: Path | None) -> tuple[object, ...]:
    now = latest(where.releases_dir, recipient)
    if now is None:
        return (recipient, "nothing released", "", "", "")
    told = read_manifest(now)
    status = "unchanged" if now == former else "new"
    if not read_report(where.candidates_dir, recipient).passed:
        status = "refused, the former stands"
    return (
        recipient,
        status,
        sum(p.rows for p in told.products),
        ", ".join(told.withheld_codes) or "none",
        told.release_id,
    )


def _print(console: Console, title: str, header: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim")
    for number, name in enumerate(header):
        table.add_column(name, justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console.print(table)


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


RECEIVED_TABLE = """
select
    coalesce(municipality_code || ' ' || municipality_name, 'unknown') as municipality,
    count(*), count(*) filter (where state = 'accepted'), count(*) filter (where state = 'rejected'),
    count(*) filter (where state = 'duplicate'), sum(error_count + warning_count)
from raw.submissions left join marts.dim_municipality using (municipality_code)
group by 1 order by 1
"""
FACTS_TABLE = """
select 'fct_condition', count(*), count(*) filter (where is_current) from marts.fct_condition
union all
select 'fct_planned_intervention', count(*), count(*) filter (where is_current) from marts.fct_planned_intervention
union all
select 'dim_citizen', count(*), count(*) filter (where not is_reported_by_mistake) from marts.dim_citizen
"""
