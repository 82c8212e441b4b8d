"""One extract of reports is what a recipient gets of the accepted reports themselves, since what it holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration.durable import aside, rename
from orchestration.publishing import parquet
from orchestration.publishing.candidate import CandidateReports
from orchestration.publishing.fhir_file import FILE, Reports, write_deliveries
from orchestration.publishing.held import Held
from orchestration.publishing.terms import FhirDelivery

ReadReports = Callable[[duckdb.DuckDBPyConnection, str], Sequence[Reports]]
"""Reads the submissions that a query selects (their `submission_id`), by municipality."""
WANTED = "wanted_submission"


@dataclass(frozen=True)
class ReportExtract:
    """What is to be passed on, as `select_reports` found it; needs no warehouse any more."""

    terms: FhirDelivery
    reports: Sequence[Reports]
    domains: dict[str, str]
    since: str | None

    def write(self, directory: Path, as_of: date) -> CandidateReports:
        """Write the reports. Raises OSError and LookupError."""
        beside = aside(directory, FILE)
        slices = write_deliveries(self.reports, self.terms, self.domains, beside, as_of)
        rename(beside, directory / FILE)
        path = directory / FILE
        return CandidateReports(FILE, path.stat().st_size, parquet.sha256(path), self.since, slices)


def select_reports(
    connection: duckdb.DuckDBPyConnection, terms: FhirDelivery, held: Held, read_reports: ReadReports
) -> ReportExtract:
    """The reports that the agreement passes on and the recipient does not have yet. Raises duckdb.Error and OSError."""
    _wanted(connection, terms.citizen_filter, held)
    domains = dict(connection.execute(DOMAINS).fetchall())
    return ReportExtract(terms, read_reports(connection, WANTED), domains, held.release_id)


def _wanted(connection: duckdb.DuckDBPyConnection, citizen_filter: str | None, held: Held) -> None:
    """The submissions to pass on, in a temporary table: accepted, after what is held, of citizens whom the filter lets by."""
    connection.execute("create or replace temp table reached (municipality_code varchar, receipt_sequence bigint)")
    if held.reached:
        connection.executemany("insert into reached values (?, ?)", [list(pair) for pair in held.reached.items()])
    citizens = (
        "and submission_id in (select submission_id from raw.citizen where citizen_key in "
        f"(select citizen_key from marts.dim_citizen where {citizen_filter}\n))"
        if citizen_filter
        else ""
    )
    connection.execute(f"""
        create or replace temp table {WANTED} as
        select submission_id
        from raw.submissions
        left join reached using (municipality_code)
        where state = 'accepted' and municipality_code is not null
            and submissions.receipt_sequence > coalesce(reached.receipt_sequence, -1)
            {citizens}
    """)


DOMAINS = """
    select fsiii_code, care_domain_code from marts.dim_fsiii_code where care_domain_code is not null
    union
    select legacy_code, care_domain_code from marts.dim_fsiii_code
    where care_domain_code is not null and legacy_code is not null
"""
"""FSIII code, in either form, → care domain."""
