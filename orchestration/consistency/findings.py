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
    "municipality_code",
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
    """Ids are the sender's own; never a CPR number, never another value of the report.

    `municipality_code` is that of the municipality that is told. Of a silent sender there is no resource: `resource_id` is then
    the sender's, and type, expression and submission are None.
    """

    finding_key: str
    rule_id: str
    severity_code: str
    municipality_code: str
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
    def new_count(self) -> int:
        """Findings of the day."""
        return sum(len(group.findings) for group in self.new)

    @property
    def open_count(self) -> int:
        """Findings of the days before."""
        return sum(len(group.findings) for group in self.open)

    @property
    def count(self) -> int:
        """Findings, new and open."""
        return self.new_count + self.open_count


def reports(connection: duckdb.DuckDBPyConnection, day: date) -> list[Report]:
    """A report for each municipality of which anything was accepted, also where nothing was found, and for each with a finding.

    Findings are those known at the last received day; found later than `day`, they are not told. One of a sender for several
    municipalities is told to each of them.
    """
    rows = connection.execute(TOLD, {"day": day}).fetchall()
    found = {code: [Finding(*row) for row in group] for code, group in groupby(rows, key=lambda row: row[MUNICIPALITY])}
    reporting = connection.execute(REPORTING, {"codes": list(found)}).fetchall()
    return [_report(code, name, day, found.get(code, [])) for code, name in reporting]


def untold(connection: duckdb.DuckDBPyConnection, day: date) -> int:
    """Findings that stand in no report: those of a sender of whom no municipality is known."""
    return int(connection.execute(UNTOLD, {"day": day}).fetchall()[0][0])


def _report(code: str, name: str, day: date, findings: list[Finding]) -> Report:
    new = _groups(f for f in findings if f.found_on == day)
    older = _groups(f for f in findings if f.found_on < day)
    return Report(code, name, day, new, older)


def _groups(findings: Iterable[Finding]) -> tuple[Group, ...]:
    by_rule = groupby(findings, key=lambda finding: finding.rule_id)
    groups = [Group(rule(rule_id), tuple(found)) for rule_id, found in by_rule]
    return tuple(sorted(groups, key=lambda g: (g.rule.severity != "error", -len(g.findings), g.rule.id)))


MUNICIPALITY = COLUMNS.index("municipality_code")
TOLD = f"""
select {", ".join(COLUMNS)}
from (
    select finding.* replace (coalesce(finding.municipality_code, reported.municipality_code) as municipality_code)
    from quality.dq_consistency_finding as finding
    left join (
        select distinct sender_id, municipality_code
        from raw.submissions where state = 'accepted' and municipality_code is not null
    ) as reported
        on finding.municipality_code is null
        and finding.resource_type_code is null
        and reported.sender_id = finding.resource_id
)
where municipality_code is not null and found_on <= $day
order by municipality_code, rule_id, found_on desc, resource_id, finding_key
"""
UNTOLD = f"""
select count(*) from quality.dq_consistency_finding
where found_on <= $day and finding_key not in (select finding_key from ({TOLD}))
"""
REPORTING = """
select reporting.municipality_code, coalesce(municipality.municipality_name, reporting.municipality_code)
from (
    select municipality_code from raw.submissions where state = 'accepted' and municipality_code is not null
    union
    select unnest($codes::varchar[])
) as reporting
left join marts.dim_municipality as municipality using (municipality_code)
order by reporting.municipality_code
"""
