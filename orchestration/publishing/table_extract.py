"""One table extract is one product of a candidate: the columns and rows that the agreement lists of one model, as Parquet."""

import json
from collections.abc import Mapping
from pathlib import Path

import duckdb

from orchestration.durable import aside, rename
from orchestration.publishing import parquet
from orchestration.publishing.agreement import Agreement
from orchestration.publishing.candidate import CandidateError, CandidateProduct
from orchestration.publishing.changes import OPERATION
from orchestration.publishing.pseudonym import pseudonymised
from orchestration.publishing.terms import CPR, MUNICIPALITY, PSEUDONYM, Product

SCHEMAS = ("marts", "indicators", "quality")
"""Where a product's model may lie."""

OURS = {
    PSEUDONYM: "What stands for the citizen in what this recipient gets, and in nothing else (*pseudonym*).",
    OPERATION: "What became of the row since the release before: new, changed or withdrawn (*ændring*).",
}
"""Columns that no dbt model has."""


def schemas_of(connection: duckdb.DuckDBPyConnection, agreement: Agreement) -> dict[str, str]:
    """Model → the schema that holds it. Raises CandidateError: the warehouse lacks one, or a column of it."""
    return {product.model: _schema(connection, agreement.recipient, product) for product in agreement.terms.products}


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


def write_tables(
    connection: duckdb.DuckDBPyConnection,
    agreement: Agreement,
    schemas: Mapping[str, str],
    directory: Path,
    descriptions: Mapping[str, Mapping[str, str]],
) -> tuple[CandidateProduct, ...]:
    """Write every table that the agreement lists; `schemas` as `schemas_of` found them. Raises duckdb.Error and OSError."""
    return tuple(
        _write(connection, agreement, product, schemas[product.model], directory, descriptions.get(product.model, {}))
        for product in agreement.terms.products
    )


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
