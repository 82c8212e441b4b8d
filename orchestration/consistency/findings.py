"""One `Finding` is one row of quality.dq_consistency_finding; one `Report` what one municipality is told on one day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import duckdb

from orchestration.conformance.rules import Rule, rule

COLUMNS = (
    "finding_key",
    "rule_id",
    "severity_code",
    "resource_type_code",
    "resource_id",
    "expression",
    "submission_id",
    "related_submission_id",
    "found_on",
)
"""What a municipality is told of a finding: all but the key of the citizen, whom the resource tells."""


@dataclass(frozen=True)
class Finding:
    """Ids are the sender's own; never a CPR number, never another value of the report."""

    finding_key: str
    rule_id: str
    severity_code: str
    resource_type_code: str | None
    resource_id: str
    expression: str | None
    submission_id: str | None
    related_submission_id: str | None
    found_on: date


@dataclass(frozen=True)
class Group:
    """The findings of one rule, newest first."""

    rule: Rule
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Report:
    """`new` was found on `day`, `open` before it; both by rule, errors first, then the most frequent."""

    municipality_code: str
    municipality_name: str
    day: date
    new: tuple[Group, ...]
    open: tuple[Group, ...]

    @property
    def count(self) -> int:
        """Findings, new and open."""
        return sum(len(group.findings) for group in (*self.new, *self.open))


def reports(connection: duckdb.DuckDBPyConnection, day: date) -> list[Report]:
    """A report for each municipality of which anything was accepted, also where nothing was found.

    Findings are those known at the last received day; found later than `day`, they are not told.
    """
    told = connection.execute(
        f"""
        select municipality_code, {", ".join(COLUMNS)}
        from quality.dq_consistency_finding
        where municipality_code is not null and found_on <= ?
        order by municipality_code, rule_id, found_on desc, resource_id, finding_key
        """,
        [day],
    ).fetchall()
    found = {code: [Finding(*row[1:]) for row in rows] for code, rows in groupby(told, key=lambda row: row[0])}
    reporting = connection.execute(
        """
        select municipality_code, municipality_name
        from marts.dim_municipality
        semi join (select distinct municipality_code from raw.submissions where state = 'accepted') using (municipality_code)
        order by municipality_code
        """
    ).fetchall()
    return [_report(code, name, day, found.get(code, [])) for code, name in reporting]


def _report(code: str, name: str, day: date, findings: list[Finding]) -> Report:
    new = _groups(f for f in findings if f.found_on == day)
    older = _groups(f for f in findings if f.found_on < day)
    return Report(code, name, day, new, older)


def _groups(findings: Iterable[Finding]) -> tuple[Group, ...]:
    by_rule = groupby(findings, key=lambda finding: finding.rule_id)
    groups = [Group(rule(rule_id), tuple(found)) for rule_id, found in by_rule]
    return tuple(sorted(groups, key=lambda g: (g.rule.severity != "error", -len(g.findings), g.rule.id)))
