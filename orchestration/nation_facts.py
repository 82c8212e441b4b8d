"""One `Mart` is one fact's table in the warehouse, and how its columns answer to the truth's table `known`."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

FactKey = tuple[str, str]
"""Municipality code and resource id."""


@dataclass(frozen=True)
class Mart:
    """`values`: column of the mart → column of `known`. `active`: the mart's column that says it goes on, if any."""

    kind: str
    id: str
    values: dict[str, str]
    active: str | None = None

    @property
    def table(self) -> str:
        """Its name in the warehouse."""
        return f"fct_{self.kind}"


MARTS = (
    Mart(
        "condition",
        "condition_id",
        {"condition_code": "code", "severity_level": "level", "recorded_on": "starts_on"},
        "is_active",
    ),
    Mart(
        "planned_intervention",
        "planned_intervention_id",
        {"intervention_code": "code", "granted_on": "starts_on", "ended_on": "ends_on", "local_code": "local_code"},
        "is_active",
    ),
    Mart(
        "completed_intervention",
        "completed_intervention_id",
        {"intervention_code": "code", "performed_on": "starts_on", "local_code": "local_code"},
    ),
    Mart("goal", "goal_id", {"target_severity_level": "level", "start_on": "starts_on"}, "is_active"),
    Mart("encounter", "encounter_id", {"started_on": "starts_on", "ended_on": "ends_on"}, "is_planned"),
    Mart("follow_up", "follow_up_observation_id", {"result_code": "code", "effective_on": "starts_on"}),
    Mart("citizen_observation", "citizens_own_observation_id", {"result_code": "code", "effective_on": "starts_on"}),
    Mart("matter_of_interest", "matter_of_interest_observation_id", {"area_code": "code", "effective_on": "starts_on"}),
)


@dataclass
class Facts:
    """What a mart says at the end of one day: `current` values by resource, and which of them are active.

    `left_out`: columns of the mart that aren't there. `active` is None for a day that is gone, and where the mart says no such thing.
    """

    mart: Mart
    day: date
    current: dict[FactKey, tuple[Any, ...]]
    active: set[FactKey] | None
    left_out: list[str] = field(default_factory=list)


def read_facts(connection: duckdb.DuckDBPyConnection) -> tuple[list[Facts], list[str]]:
    """Every fact's table as it stands now, and, where it knows two clocks, as it was known half-way; and the tables that lack."""
    there: dict[str, set[str]] = {}
    query = "select table_name, column_name from information_schema.columns where table_schema = 'marts'"
    for table, column in connection.execute(query).fetchall():
        there.setdefault(table, set()).add(column)
    query = "select received_on, max(received_at) from raw.submissions group by received_on order by received_on"
    days = connection.execute(query).fetchall()
    found = []
    for mart in MARTS:
        columns = there.get(mart.table, set())
        if mart.id in columns and days:
            found.append(_facts(connection, mart, columns, days[-1][0], None))
            if "known_from_at" in columns and len(days) > 2:
                found.append(_facts(connection, mart, columns, *days[len(days) // 2]))
    return found, [mart.table for mart in MARTS if mart.id not in there.get(mart.table, ())]


def _facts(connection: duckdb.DuckDBPyConnection, mart: Mart, columns: set[str], day: date, until: Any) -> Facts:
    known = {name: column for name, column in mart.values.items() if name in columns}
    active = mart.active if until is None and mart.active in columns else None
    where, given = "is_current", []
    if until is not None:  # is_current is said of now; then, the newest was what was believed to have no end
        where = "valid_to_at is null and not is_entered_in_error and known_from_at <= $1 and (known_to_at is null or known_to_at > $1)"
        given = [until]
    elif "known_to_at" in columns:
        where += " and known_to_at is null"
    names = ", ".join([*known, active or "null"])
    query = f"select municipality_code, {mart.id}, {names} from marts.{mart.table} where {where}"
    rows = connection.execute(query, given).fetchall()
    current = {(code, name): tuple(values) for code, name, *values, _ in rows}
    is_active = None if active is None else {(row[0], row[1]) for row in rows if row[-1]}
    return Facts(mart, day, current, is_active, [name for name in mart.values if name not in known])
