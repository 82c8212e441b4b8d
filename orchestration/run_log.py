"""One run's log is Dagster's SQLite files, written without waiting for the disk at each of its thousand checks.

Dagster opens, commits and closes a connection for each event, up to nine times a check. Each commit waited for the disk, and each
close of the last connection wrote the write-ahead log back: half of a day's wall time went there. Now SQLite keeps its log
(WAL, `synchronous = normal`) and writes it back now and then, as it does wherever a connection stays open. What a power cut can take
is the last moments of what Dagster tells of a run; never the files, and never what was released or acknowledged.
"""

import sqlite3
from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import Pool

_open: dict[str, sqlite3.Connection] = {}


def keep_open() -> None:
    """From now on, in this process. Calling it again changes nothing."""
    if not event.contains(Pool, "connect", _connected):
        event.listen(Pool, "connect", _connected)


def _connected(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.execute("pragma synchronous = normal")
    path = connection.execute("pragma database_list").fetchall()[0][2]
    if path and path not in _open:
        beside = _open[path] = sqlite3.connect(path, check_same_thread=False)
        beside.execute("select count(*) from sqlite_master").fetchall()  # only who has read counts as open
