"""One run's log is Dagster's SQLite files, kept open while the run goes, and not waited for at each of its thousand checks.

For each event Dagster makes a new SQLAlchemy engine, up to nine times, opens the file, commits, and closes it: SQLite then waits for
the disk twice, and SQLAlchemy learns every statement anew. Half of a day's wall time went there, and a quarter of its CPU. Here it
gets the engine that it had, with its connection open, in SQLite's own mode for that: `synchronous = normal` beside WAL. What a
power cut can take is the last moments of what Dagster tells of a run; never the files, and nothing that was released or acknowledged.
"""

import sqlite3
from functools import lru_cache
from typing import Any

import sqlalchemy
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from sqlalchemy import event

OPEN = 8
"""Files: two of the instance, and one of each run that is looked at."""


def keep_open() -> None:
    """From now on, in this process. Calling it again changes nothing."""
    for module in (sqlite_event_log, sqlite_run_storage):
        vars(module)["create_engine"] = _engine


def _engine(url: str, **_how: Any) -> sqlalchemy.Engine:
    return _kept(url)


@lru_cache(maxsize=OPEN)
def _kept(url: str) -> sqlalchemy.Engine:
    engine = sqlalchemy.create_engine(url, connect_args={"timeout": 60})
    vars(engine)["dispose"] = lambda close=True: None  # Dagster calls it after each event
    event.listen(engine, "connect", _quick)
    return engine


def _quick(connection: sqlite3.Connection, _record: Any) -> None:
    connection.execute("pragma synchronous = normal")
