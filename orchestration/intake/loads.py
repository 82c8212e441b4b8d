"""One row of `raw.loads` is one received day: which load of it lies in raw, and whether a load ever took rows away or changed them.

What is made of raw adds the days whose `load_number` it has not seen. It may only add when the rows that it has seen are still
there and what is new was received after them: after a load that took away, changed or came in between, `shrunk_load_number` says
so, and it starts from raw again.
"""

from dataclasses import dataclass
from datetime import date

import duckdb

from orchestration.conformance.tables import tables

Fingerprint = dict[str, tuple[int, int]]
"""Table → number of rows and their hashes, combined in any order."""


@dataclass(frozen=True)
class DayBefore:
    """What a day held before it is loaded again: its accepted submissions (in a temporary table) and their rows."""

    rows: Fingerprint


def before(connection: duckdb.DuckDBPyConnection, day: date) -> DayBefore:
    """Remember the day's rows; call inside the transaction that replaces them."""
    connection.execute(
        "create or replace temp table loaded_before as "
        "select distinct submission_id from raw.submissions where received_on = ? and state = 'accepted'",
        [day],
    )
    return DayBefore(_fingerprint(connection, day))


def record(connection: duckdb.DuckDBPyConnection, day: date, known: DayBefore) -> None:
    """Note the load when it changed the day; call inside the same transaction, after the day's rows are there."""
    kept = _fingerprint(connection, day, "and submission_id in (select submission_id from loaded_before)")
    came_between = connection.execute(CAME_BETWEEN, [day, day]).fetchall()[0][0]
    connection.execute("drop table loaded_before")
    was = connection.execute(
        "select load_number, shrunk_load_number from raw.loads where received_on = ?", [day]
    ).fetchall()
    if was and kept == known.rows and _fingerprint(connection, day) == known.rows:
        return
    number = connection.execute("select coalesce(max(load_number), 0) + 1 from raw.loads").fetchall()[0][0]
    shrunk = (was[0][1] if was else 0) if kept == known.rows and not came_between else number
    connection.execute("delete from raw.loads where received_on = ?", [day])
    connection.execute("insert into raw.loads values (?, ?, ?)", [day, number, shrunk])


CAME_BETWEEN = """
with accepted as (select *, submission_id in (select submission_id from loaded_before) as was_there from raw.submissions)

select coalesce(
    min(receipt_sequence) filter (state = 'accepted' and received_on = ? and not was_there)
    < max(receipt_sequence) filter (state = 'accepted' and (received_on != ? or was_there)),
    false
)
from accepted
"""
"""Whether a submission that is new was received before one that was there."""


def _fingerprint(connection: duckdb.DuckDBPyConnection, day: date, condition: str = "") -> Fingerprint:
    found: Fingerprint = {}
    for name in tables():
        query = f"select count(*), coalesce(bit_xor(hash(r)), 0) from raw.{name} as r where received_on = ? {condition}"
        found[name] = connection.execute(query, [day]).fetchall()[0]
    return found
