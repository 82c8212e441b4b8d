"""One check compares a run of the platform with the truth beside a generated nation, and prints a table of differences."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from orchestration.nation_result import Key, Result, ResultError, read_result

WITHDRAWN = "withdrawn"
AUTHORISED = "citizen.sor.authorised"
MOST_SHOWN = 40


def check_nation(nation: Path, result_path: Path, console: Console) -> int:
    """Compare and print; 0 when everything agrees, 1 when something differs.

    Raises:
        ResultError: the nation or the result can't be read.
    """
    if not (nation / "truth" / "reports.parquet").is_file():
        raise ResultError(f"--out {nation}: there is no truth in it; name the folder of a generated nation.")
    result = read_result(result_path)
    reports, differences = expected(nation, result), 0
    differences += _states(console, reports, result)
    differences += _faults(console, reports, result)
    differences += _counts(console, reports, result)
    if result.knows_history:
        differences += _facts(console, nation, result)
    console.print("[bold green]No difference.[/]" if not differences else f"[bold red]{differences} differences.[/]")
    return 1 if differences else 0


def expected(nation: Path, result: Result) -> dict[Key, dict[str, Any]]:
    """The truth about every report that the result could know of: those sent until the last day it has seen."""
    rows = {_key(row): row for row in _rows(nation, "reports")}
    seen = [rows[key]["sent_on"] for key in result.states if key in rows]
    if not seen:
        raise ResultError("--check: none of its reports are of this nation.")
    kept = {key: row for key, row in rows.items() if row["sent_on"] <= max(seen)}
    if not result.knows_history:  # the desk sees one report at a time
        authorised = any(AUTHORISED in rules for rules in result.rules.values())
        for row in kept.values():
            if row["kind"] in ("repeated", "known_id"):
                row |= {"state": "accepted", "rule_id": None}
            if row["rule_id"] == AUTHORISED and not authorised:  # it was not asked whose codes the sender may use
                row |= {"state": "accepted", "rule_id": None}
    return kept


def _key(row: dict[str, Any]) -> Key:
    return row["sender_id"], row["file_name"], row["line_number"] or 0


def _rows(nation: Path, table: str, columns: list[str] | None = None) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    rows: list[dict[str, Any]] = pq.read_table(nation / "truth" / f"{table}.parquet", columns=columns).to_pylist()
    return rows


def _states(console: Console, reports: dict[Key, dict[str, Any]], result: Result) -> int:
    counted: Counter[tuple[str, str, str]] = Counter()
    for key, row in reports.items():
        counted[(row["kind"], row["state"], result.states.get(key, "missing"))] += 1
    for key in result.states.keys() - reports.keys():
        counted[("not of this nation", "", result.states[key])] += 1
    rows = [(*key, number) for key, number in sorted(counted.items())]
    _print(console, "Reports", ("kind", "expected", "found", "reports"), rows)
    return sum(number for (_, wanted, got), number in counted.items() if wanted != got)


def _faults(console: Console, reports: dict[Key, dict[str, Any]], result: Result) -> int:
    """Injected, found, missed; and false: errors in reports that have none."""
    injected: Counter[str] = Counter()
    found: Counter[str] = Counter()
    false: Counter[str] = Counter()
    for key, row in reports.items():
        if row["rule_id"]:
            injected[row["rule_id"]] += 1
            found[row["rule_id"]] += row["rule_id"] in result.rules.get(key, ())
        elif row["state"] == "accepted":
            false.update(result.errors.get(key, ()))
    names = sorted(injected.keys() | false.keys())
    rows = [(name, injected[name], found[name], injected[name] - found[name], false[name]) for name in names]
    wrong = [row for row in rows if row[3] or row[4]]
    every = (f"all {len(injected)} rules", *(sum(int(row[n]) for row in rows) for n in range(1, 5)))
    _print(console, "Faults", ("rule", "injected", "found", "missed", "false"), [*wrong[:MOST_SHOWN], every])
    return sum(int(row[3]) + int(row[4]) for row in wrong)


def _counts(console: Console, reports: dict[Key, dict[str, Any]], result: Result) -> int:
    """Reports per municipality and day, by state; only where they differ."""
    wanted: Counter[tuple[str, date, str]] = Counter()
    got: Counter[tuple[str, date, str]] = Counter()
    for key, row in reports.items():
        wanted[(row["sender_id"], row["sent_on"], row["state"])] += 1
        if key in result.states:
            got[(row["sender_id"], row["sent_on"], result.states[key])] += 1
    keys = sorted(wanted.keys() | got.keys())
    wrong = [(*key, wanted[key], got[key]) for key in keys if wanted[key] != got[key]]
    days = len({key[:2] for key in keys})
    title = f"Counts per municipality and day ({days} of them, {len(wrong)} differ)"
    _print(console, title, ("sender", "day", "state", "expected", "found"), wrong[:MOST_SHOWN])
    return len(wrong)


def _facts(console: Console, nation: Path, result: Result) -> int:
    """What the marts say is so, and what goes on, against what could be known: on the last day seen, and half-way if they remember."""
    wanted: dict[tuple[str, date], list[dict[str, Any]]] = {(facts.mart.kind, facts.day): [] for facts in result.facts}
    for row in _rows(nation, "known") if wanted else ():
        for kind, day in wanted:
            until = row["known_to_on"]
            if row["kind"] == kind and row["known_from_on"] <= day and (until is None or until > day):
                wanted[(kind, day)].append(row)
    rows = []
    for facts in result.facts:
        columns = [column for name, column in facts.mart.values.items() if name not in facts.left_out]
        known = wanted[(facts.mart.kind, facts.day)]
        should = {_place(row): tuple(row[column] for column in columns) for row in known if row["state"] != WITHDRAWN}
        both = should.keys() & facts.current.keys()
        other = sum(should[key] != facts.current[key] for key in both)
        goes_on = 0 if facts.active is None else len({_place(row) for row in known if row["is_active"]} ^ facts.active)
        missing, extra = len(should) - len(both), len(facts.current) - len(both)
        found = (len(should), len(facts.current), missing, extra, other, goes_on)
        rows.append((facts.mart.table, str(facts.day), *found))
        if facts.left_out:
            console.print(f"Not compared, since {facts.mart.table} has no such column: {', '.join(facts.left_out)}.")
    for table in result.lacking:
        console.print(f"Not compared, since the warehouse has no marts.{table}.")
    header = ("fact", "as known on", "expected", "found", "missing", "too many", "other values", "other activity")
    _print(console, "What stands", header, rows)
    return sum(int(number) for row in rows for number in row[4:])


def _place(row: dict[str, Any]) -> tuple[str, str]:
    return row["municipality_code"], row["resource_id"]


def _print(console: Console, title: str, header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim")
    for name in header:
        table.add_column(name, justify="right" if rows and isinstance(rows[0][header.index(name)], int) else "left")
    for row in rows:
        table.add_row(*map(str, row))
    console.print(table)
