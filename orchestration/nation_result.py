"""One `Result` is what a run of the platform made of a nation: state and broken rules per report, and what holds now."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from orchestration.nation_facts import Facts, read_facts

Key = tuple[str, str, int]
"""Sender, file name, line number (0: a file of one report)."""
WAREHOUSE = "warehouse.duckdb"


class ResultError(ValueError):
    """What was given is no result of the platform: one line."""


@dataclass
class Result:
    """`facts` as the marts have them, none where the result is the desk's, which keeps no facts; `lacking`: marts that aren't there.

    `knows_history`: whether it can tell a repeated report from a new one. `errors` are the rule ids of errors, `rules` of all.
    """

    knows_history: bool
    states: dict[Key, str] = field(default_factory=dict)
    rules: dict[Key, set[str]] = field(default_factory=dict)
    errors: dict[Key, set[str]] = field(default_factory=dict)
    facts: list[Facts] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)


def read_result(path: Path) -> Result:
    """A data folder of the platform, its warehouse file, or the lines of `klgateway validate --format json`.

    Raises:
        ResultError: it is neither, or it is empty.
    """
    warehouse = path / WAREHOUSE if path.is_dir() else path
    if not warehouse.is_file():
        raise ResultError(f"--check {path}: there is no {WAREHOUSE} and no file of results.")
    try:
        result = _of_warehouse(warehouse) if warehouse.suffix == ".duckdb" else _of_desk(warehouse)
    except (msgspec.MsgspecError, KeyError, TypeError, UnicodeDecodeError, OSError) as error:
        raise ResultError(f"--check {path}: not a result of the platform ({type(error).__name__}).") from None
    if not result.states:
        raise ResultError(f"--check {path}: there are no reports in it.")
    return result


def _of_desk(path: Path) -> Result:
    result = Result(knows_history=False)
    with path.open("rb") as stream:
        for text in stream:
            line = msgspec.json.decode(text)
            place, _, number = line["source"].rpartition(":")
            if not number.isdigit():
                place, number = line["source"], "0"
            sender_id, file_name = Path(place).parts[-2:]
            key = (sender_id, file_name, int(number))
            result.states[key] = line["verdict"]
            issues = [
                (issue["severity"], coding["code"]) for issue in line["outcome"]["issue"] for coding in _codings(issue)
            ]
            result.rules[key] = {code for _, code in issues}
            result.errors[key] = {code for severity, code in issues if severity == "error"}
    return result


def _codings(issue: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = issue.get("details", {}).get("coding", [])
    return found


def _of_warehouse(path: Path) -> Result:
    import duckdb

    from orchestration.warehouse import connect

    result = Result(knows_history=True)
    try:
        with connect(path, read_only=True) as connection:
            for sender_id, name, line, state in connection.execute(SUBMISSIONS).fetchall():
                result.states[(sender_id, name, line)] = state
            for sender_id, name, line, rule_id, severity in connection.execute(FINDINGS).fetchall():
                key = (sender_id, name, line)
                result.rules.setdefault(key, set()).add(rule_id)
                if severity == "error":
                    result.errors.setdefault(key, set()).add(rule_id)
            result.facts, result.lacking = read_facts(connection)
    except duckdb.Error as error:
        raise ResultError(f"--check {path}: the warehouse can't be read ({type(error).__name__}).") from None
    return result


SUBMISSIONS = """
select sender_id, file_name, coalesce(line_number, 0), state from raw.submissions order by receipt_sequence
"""
FINDINGS = """
select distinct sender_id, file_name, coalesce(line_number, 0), rule_id, severity
from raw.findings join raw.submissions using (submission_id)
"""
