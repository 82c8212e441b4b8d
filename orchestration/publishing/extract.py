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
from orchestration.publishing.agreement import MUNICIPALITY, Agreement, Product
from orchestration.publishing.candidate import (
    GATE,
    RECORD,
    Candidate,
    CandidateError,
    CandidateProduct,
    Submissions,
)

IDENTITY = "cpr"


def write_candidate(
    connection: duckdb.DuckDBPyConnection,
    agreement: Agreement,
    candidates_dir: Path,
    *,
    cut_off_on: date | None = None,
    descriptions: Mapping[str, Mapping[str, str]] | None = None,
) -> Candidate:
    """Write what the agreement lists, and nothing else, from the warehouse.

    `descriptions` (model → column → text, as dbt has them) go into the files.

    `cut_off_on` is the last day that the release tells of; None is the last day of receipt, so that running an old day
    again makes nothing that came later look like the future. Raises CandidateError when the agreement is off, when it
    names what the warehouse does not have, and when nothing was accepted yet.
    """
    name = agreement.recipient
    if not agreement.is_on:
        raise CandidateError(
            f"The agreement of {name} is off: nothing is produced. Remedy: `status: on`, once it is signed."
        )
    directory = candidates_dir / name
    with locked(directory):
        try:
            for product in agreement.terms.products:
                _check_columns(connection, name, product)
            submissions = _submissions(connection)
            cut_off_on = cut_off_on or submissions.last_received_on
            if cut_off_on is None:
                raise CandidateError(f"There is nothing to give {name} yet: no submission was accepted.")
            _clear(directory)
            products = tuple(
                _write(connection, agreement, product, directory, (descriptions or {}).get(product.model, {}))
                for product in agreement.terms.products
            )
        except duckdb.Error as error:  # its text quotes data
            fault = type(error).__name__
            raise CandidateError(f"The candidate of {name} can't be written ({fault}): see its row filters.") from None
        terms = agreement.terms
        candidate = Candidate(
            directory, name, terms.id, terms.version, agreement.sha256, cut_off_on, submissions, products
        )
        record = msgspec.to_builtins(candidate, enc_hook=str)
        del record["directory"]
        write_whole(directory / RECORD, msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n")
    return candidate


def _clear(directory: Path) -> None:
    (directory / RECORD).unlink(missing_ok=True)  # first: from here on the candidate is not whole
    sync(directory)
    sweep(directory)
    for path in [directory / GATE, *directory.glob("*.parquet")]:
        path.unlink(missing_ok=True)


def _check_columns(connection: duckdb.DuckDBPyConnection, recipient: str, product: Product) -> None:
    query = "select column_name from information_schema.columns where table_schema = 'marts' and table_name = ?"
    known = {row[0] for row in connection.execute(query, [product.model]).fetchall()}
    spot = f"expectations/{recipient}/agreement.yml (product {product.model})"
    if not known:
        raise CandidateError(f"{spot}: the warehouse has no marts.{product.model}. Remedy: build it, or mend the name.")
    joined = {IDENTITY} if "citizen_key" in known else set[str]()
    missing = [column for column in product.columns if column not in known | joined]
    if missing:
        remedy = "name a column that dbt documents, or take it out"
        raise CandidateError(f"{spot}: marts.{product.model} has no column `{missing[0]}`. Remedy: {remedy}.")


def _write(
    connection: duckdb.DuckDBPyConnection,
    agreement: Agreement,
    product: Product,
    directory: Path,
    told: Mapping[str, str],
) -> CandidateProduct:
    path = directory / f"{product.model}.parquet"
    beside = aside(directory, path.name)
    parquet.write(connection, _query(product), beside, footer(agreement, product, told))
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
    described = {column: told[column] for column in product.columns if column in told}
    return {
        "klgateway_agreement": f"{agreement.terms.id} v{agreement.terms.version}",
        "klgateway_product": f"{product.model} v{product.version}",
        "klgateway_columns": json.dumps(described, ensure_ascii=False),
    }


def _query(product: Product) -> str:
    """Listed columns only, the CPR by way of the one table that has it, in an order that the content alone decides."""
    source = f'select * from marts."{product.model}"'
    if product.row_filter:
        source += f" where ({product.row_filter}\n)"  # a comment in the filter ends with its line
    columns = ", ".join("identity.cpr" if c == IDENTITY else f'product."{c}"' for c in product.columns)
    joined = ""
    if IDENTITY in product.columns:
        # A left join: a citizen without a CPR must meet the gate, not vanish before it.
        joined = (
            "left join intermediate.int_citizen__identity as identity on identity.citizen_key = product.citizen_key"
        )
    first = [MUNICIPALITY] if product.kind == "municipal" else []
    order = ", ".join(f'"{column}"' for column in dict.fromkeys([*first, *product.key]))
    return f"select {columns} from ({source}) as product {joined} order by {order}"


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
