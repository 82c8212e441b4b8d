"""One test is one error of DuckDB with a value in it, as dbt is to tell it."""

import duckdb
import pytest
from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper

from orchestration.dbt_errors import QuietCursor, without_values

VALUE = "2412360002"  # invented: fails modulus 11
STATEMENTS = [
    "select cast(v || 'x' as integer) from t",
    "select cast(v::bigint as tinyint) from t",
    "select cast(v as date) from t",
    "select strptime(v, '%Y') from t",
    "select error('no ' || v) from t",
    "select cast('Karen O''Hara, ' || v as integer) from t",
    "select cast('Karen\n O''Hara, ' || v as integer) from t",
    "select regexp_matches('a', '(' || v) from t",
    "insert into keyed select v from t union all select v from t",
    "insert into checked select v from t",
    "select v::json -> 'a' from (select '{' || v as v from t)",
]


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    made.execute(f"create table t as select '{VALUE}' as v")
    made.execute("create table keyed (v varchar primary key)")
    made.execute("create table checked (v varchar check (length(v) = 9))")
    return made


@pytest.mark.parametrize("statement", STATEMENTS)
def test_an_error_quotes_no_value(connection: duckdb.DuckDBPyConnection, statement: str) -> None:
    with pytest.raises((duckdb.Error, RuntimeError)) as failed:
        cursor = QuietCursor(connection.cursor())
        cursor.execute(statement)
        cursor.fetchall()
    assert VALUE not in str(failed.value) and "Karen" not in str(failed.value)
    assert failed.value.__cause__ is None and failed.value.__context__ is None


def test_the_values_would_be_quoted(connection: duckdb.DuckDBPyConnection) -> None:
    """Otherwise the test above would find nothing to leave out."""
    quoted = 0
    for statement in STATEMENTS:
        try:
            cursor = DuckDBCursorWrapper(connection.cursor())
            cursor.execute(statement)
            cursor.fetchall()
        except (duckdb.Error, RuntimeError) as error:
            quoted += VALUE in str(error)
    assert quoted >= 7


def test_names_of_columns_stay() -> None:
    text = 'Binder Error: Referenced column "condition_code" not found in FROM clause!\n\nLINE 1: select 2412360002'
    assert without_values(text) == 'Binder Error: Referenced column "condition_code" not found in FROM clause!'
