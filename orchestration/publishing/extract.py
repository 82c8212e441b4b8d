"""One extract is one candidate taken from the warehouse: the columns and rows that the agreement lists, no others."""

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import msgspec

from orchestration.durable import locked, sweep, sync, write_whole
from orchestration.publishing import parquet
from orchestration.publishing.agreement import Agreement
from orchestration.publishing.candidate import (
    GATE,
    PAGE,
    RECORD,
    Candidate,
    CandidateError,
    Submissions,
)
from orchestration.publishing.fhir_file import FILE
from orchestration.publishing.held import Held
from orchestration.publishing.pseudonym import PseudonymError, create_pseudonym
from orchestration.publishing.report_extract import ReadReports, select_reports
from orchestration.publishing.table_extract import schemas_of, write_tables


def write_candidate(
    connection: duckdb.DuckDBPyConnection,
    agreement: Agreement,
    candidates_dir: Path,
    *,
    cut_off_on: date | None = None,
    pseudonym_secret: str | None = None,
    descriptions: Mapping[str, Mapping[str, str]] | None = None,
    held: Held | None = None,
    read_reports: ReadReports | None = None,
) -> Candidate:
    """Write what the agreement lists, and nothing else, from the warehouse.

    `descriptions` (model → column → text, as dbt has them) go into the files.

    `cut_off_on` is the last day that the release tells of; None is the last day of receipt, so that running an old day
    again makes nothing that came later look like the future. `pseudonym_secret` is the recipient's own key, where the
    agreement says `identity: pseudonym`. Raises CandidateError when the agreement is off, when it names what the warehouse
    does not have, when nothing was accepted yet, and when there is no key for the pseudonyms.

    Where the agreement passes on the reports themselves (`fhir`), `read_reports` reads them, and `held` says how far the
    recipient has them.
    """
    name = agreement.recipient
    if not agreement.is_on:
        raise CandidateError(
            f"The agreement of {name} is off: nothing is produced. Remedy: `status: on`, once it is signed."
        )
    directory = candidates_dir / name
    with locked(directory):
        try:
            schemas = schemas_of(connection, agreement)
            if agreement.terms.identity == "pseudonym":
                create_pseudonym(connection, name, pseudonym_secret)
            submissions = _submissions(connection)
            cut_off_on = cut_off_on or submissions.last_received_on
            if cut_off_on is None:
                raise CandidateError(f"There is nothing to give {name} yet: no submission was accepted.")
            _clear(directory)
            fhir = agreement.terms.fhir
            passed_on = (
                select_reports(connection, fhir, held or Held(), read_reports) if fhir and read_reports else None
            )
            # DuckDB writes a table on one core, and reports are written by other processes: both at the same time.
            with ThreadPoolExecutor(1) as beside:
                tables = beside.submit(write_tables, connection, agreement, schemas, directory, descriptions or {})
                reports = passed_on.write(directory, cut_off_on) if passed_on else None
                products = tables.result()
        except PseudonymError as error:
            raise CandidateError(str(error)) from None
        except duckdb.Error as error:  # its text quotes data
            fault = type(error).__name__
            raise CandidateError(f"The candidate of {name} can't be written ({fault}): see its row filters.") from None
        terms = agreement.terms
        candidate = Candidate(
            directory, name, terms.id, terms.version, agreement.sha256, cut_off_on, submissions, products, reports
        )
        record = msgspec.to_builtins(candidate, enc_hook=str)
        del record["directory"]
        write_whole(directory / RECORD, msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n")
    return candidate


def _clear(directory: Path) -> None:
    (directory / RECORD).unlink(missing_ok=True)  # first: from here on the candidate is not whole
    sync(directory)
    sweep(directory)
    for path in [directory / GATE, directory / PAGE, directory / FILE, *directory.glob("*.parquet")]:
        path.unlink(missing_ok=True)


def _submissions(connection: duckdb.DuckDBPyConnection) -> Submissions:
    query = """
        select
            count(*), arg_min(submission_id, receipt_sequence), arg_max(submission_id, receipt_sequence),
            min(received_on), max(received_on)
        from raw.submissions
        where state = 'accepted'
    """
    found = [*connection.execute(query).fetchall()[0], _submissions_sha256(connection)]
    return Submissions(*found)


def _submissions_sha256(connection: duckdb.DuckDBPyConnection) -> str:
    """Streamed: a year has millions of them."""
    query = "select submission_id || chr(10) from raw.submissions where state = 'accepted' order by receipt_sequence"
    digest = hashlib.sha256()
    for batch in connection.sql(query).to_arrow_reader(parquet.ROWS_IN_A_GROUP):
        digest.update("".join(batch.column(0).to_pylist()).encode())
    return digest.hexdigest()
