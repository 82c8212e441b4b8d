"""One extract is one candidate taken from the warehouse: the columns and rows that the agreement lists, no others."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import msgspec

from orchestration.durable import aside, locked, rename, sweep, sync, write_whole
from orchestration.publishing import parquet
from orchestration.publishing.agreement import Agreement
from orchestration.publishing.candidate import (
    GATE,
    PAGE,
    RECORD,
    Candidate,
    CandidateError,
    CandidateProduct,
    Submissions,
)
from orchestration.publishing.changes import OPERATION
from orchestration.publishing.fhir_file import FILE
from orchestration.publishing.held import Held
from orchestration.publishing.pseudonym import PseudonymError, create_pseudonym, pseudonymised
from orchestration.publishing.report_extract import ReadReports, extract_reports
from orchestration.publishing.terms import CPR, MUNICIPALITY, PSEUDONYM, Product

SCHEMAS = ("marts", "indicators", "quality")
"""Where a product's model may lie."""

OURS = {
    PSEUDONYM: "What stands for the citizen in what this recipient gets, and in nothing else (*pseudonym*).",
    OPERATION: "What became of the row since the release before: new, changed or withdrawn (*ændring*).",
}
"""Columns that no dbt model has."""


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
            schemas = {p.model: _schema(connection, name, p) for p in agreement.terms.products}
            if agreement.terms.identity == "pseudonym":
                create_pseudonym(connection, name, pseudonym_secret)
            submissions = _submissions(connection)
            cut_off_on = cut_off_on or submissions.last_received_on
            if cut_off_on is None:
                raise CandidateError(f"There is nothing to give {name} yet: no submission was accepted.")
            _clear(directory)
            products = tuple(
                _write(
                    connection,
                    agreement,
                    product,
                    schemas[product.model],
                    directory,
                    (descriptions or {}).get(product.model, {}),
                )
                for product in agreement.terms.products
            )
            reports = (
                extract_reports(connection, agreement, directory, cut_off_on, held or Held(), read_reports)
                if agreement.terms.fhir and read_reports
                else None
            )
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


def _schema(connection: duckdb.DuckDBPyConnection, recipient: str, product: Product) -> str:
    """The schema that holds the product's model, once all its columns are there."""
    query = (
        "select table_schema, column_name from information_schema.columns where table_name = ? and table_schema in ?"
    )
    rows = connection.execute(query, [product.model, list(SCHEMAS)]).fetchall()
    spot = f"expectations/{recipient.partition('/')[0]}/agreement.yml (product {product.model})"
    if not rows:
        raise CandidateError(f"{spot}: the warehouse has no such table. Remedy: build it, or mend the name.")
    known = {row[1] for row in rows}
    joined = {CPR, PSEUDONYM} if "citizen_key" in known else set[str]()
    missing = [column for column in product.columns if column not in known | joined]
    if missing:
        remedy = "name a column that dbt documents, or take it out"
        raise CandidateError(f"{spot}: {rows[0][0]}.{product.model} has no column `{missing[0]}`. Remedy: {remedy}.")
    return str(rows[0][0])


def _write(
    connection: duckdb.DuckDBPyConnection,
    agreement: Agreement,
    product: Product,
    schema: str,
    directory: Path,
    told: Mapping[str, str],
) -> CandidateProduct:
    path = directory / f"{product.model}.parquet"
    beside = aside(directory, path.name)
    parquet.write(connection, _query(agreement, product, schema), beside, footer(agreement, product, told))
    rename(beside, path)
    return CandidateProduct(
        model=product.model,
        kind=product.kind,
        file=path.name,
        rows=parquet.count(connection, path),
        bytes=path.stat().st_size,
        sha256=parquet.sha256(path),
        schema=parquet.schema(connection, path),
        municipalities=parquet.count_by_municipality(connection, path) if product.kind == "municipal" else {},
    )


def footer(agreement: Agreement, product: Product, told: Mapping[str, str]) -> dict[str, str]:
    """What each file says of itself, wherever it is copied to; `klgateway_columns` is JSON: column → description."""
    columns = ([OPERATION] if product.mode == "changes" else []) + list(product.columns)
    described = {column: text for column in columns if (text := told.get(column) or OURS.get(column))}
    return {
        "klgateway_agreement": f"{agreement.terms.id} v{agreement.terms.version}",
        "klgateway_product": f"{product.model} v{product.version}",
        "klgateway_columns": json.dumps(described, ensure_ascii=False),
    }


def _query(agreement: Agreement, product: Product, schema: str) -> str:
    """Listed columns only, the CPR by way of the one table that has it, in an order that the content alone decides."""
    conditions = [f"({product.row_filter}\n)"] if product.row_filter else []  # a comment in it ends with its line
    if agreement.terms.scope == "own" and product.kind == "municipal":
        approved = ", ".join(parquet.quoted(code) for code in agreement.approved())
        conditions.append(f"{MUNICIPALITY} in ({approved or 'null'})")
    where = f" where {' and '.join(conditions)}" if conditions else ""
    source = f'select * from {schema}."{product.model}"{where}'
    if agreement.terms.identity == "pseudonym":
        source = pseudonymised(source, product.columns)
    columns = ", ".join(_column(column) for column in product.columns)
    joined = ""
    if {CPR, PSEUDONYM} & set(product.columns):
        # A left join: a citizen without a CPR must meet the gate, not vanish before it.
        joined = (
            "left join intermediate.int_citizen__identity as identity on identity.citizen_key = product.citizen_key"
        )
    first = [MUNICIPALITY] if product.kind == "municipal" else []
    order = ", ".join(f'"{column}"' for column in dict.fromkeys([*first, *product.key]))
    return f"select {columns} from ({source}) as product {joined} order by {order}"


def _column(column: str) -> str:
    special = {CPR: "identity.cpr", PSEUDONYM: f"pseudonym(identity.cpr) as {PSEUDONYM}"}
    return special.get(column, f'product."{column}"')


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
