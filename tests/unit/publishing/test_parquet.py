"""One test is one promise of the files themselves: checksums, order, types, and what they say of themselves."""

import json
import random

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.publishing import parquet
from orchestration.publishing.agreement import load_agreement
from orchestration.publishing.extract import write_candidate
from orchestration.publishing.table_extract import footer
from orchestration.warehouse import connect
from tests.unit.publishing.conftest import EXPECTATIONS

TYPES = """
select i::varchar as text, i as whole, i::tinyint % 3 as small, i / 7.0 as share, i % 2 = 0 as is_even,
    date '2026-01-01' + i::integer as day, timestamp '2026-01-01 10:00:00.123456' as moment, [i::varchar, null] as list,
    {'a': i, 'b': 'x'} as record, nullif(i, 3) as gap, 12.50::decimal(9, 2) as amount
from range(100) as numbers (i) order by i
"""


@pytest.fixture
def connection():
    with duckdb.connect() as one:
        yield one


def test_every_type_comes_back_as_it_was(connection, tmp_path) -> None:
    path = tmp_path / "types.parquet"
    parquet.write(connection, TYPES, path, {"a": "'æøå'"})
    wanted = {str(row[0]): str(row[1]) for row in connection.execute(f"describe {TYPES}").fetchall()}
    assert parquet.schema(connection, path) == wanted
    assert connection.execute(f"from '{path}'").fetchall() == connection.execute(TYPES).fetchall()
    assert parquet.footer(path) == {"a": "'æøå'"}


def test_the_same_rows_give_the_same_bytes_in_groups_with_zstd(connection, tmp_path) -> None:
    one, other = tmp_path / "one.parquet", tmp_path / "other.parquet"
    query = "select i as number, (i // 1000)::varchar as text from range(300_000) as numbers (i) order by i"
    for path in (one, other):
        parquet.write(connection, query, path, {})
    assert one.read_bytes() == other.read_bytes()
    assert parquet.row_groups(one) == (122_880, 122_880, 54_240)
    told = pq.read_metadata(one).row_group(1).column(0)
    assert told.compression == "ZSTD" and told.statistics.min == 122_880


def test_no_row_is_a_file_too(connection, tmp_path) -> None:
    path = tmp_path / "empty.parquet"
    parquet.write(connection, "select 1 as number where false", path, {"a": "b"})
    assert parquet.count(connection, path) == 0 and parquet.schema(connection, path) == {"number": "INTEGER"}
    assert parquet.damaged_pages(path) == [] and parquet.footer(path) == {"a": "b"}


def test_flipped_bits_are_found_by_the_checksums(connection, tmp_path) -> None:
    """Whatever the hash says: 200 bits, and the page of nearly each is named (a header may hold a bit that means nothing)."""
    path = tmp_path / "types.parquet"
    query = "select i as number, hash(i)::varchar as text, 'same' as word from range(2_000) as numbers (i) order by i"
    parquet.write(connection, query, path, {})
    good, drawn, silent = path.read_bytes(), random.Random(1), 0
    for _ in range(200):
        data = bytearray(good)
        data[drawn.randrange(len(data))] ^= 1 << drawn.randrange(8)
        path.write_bytes(bytes(data))
        silent += parquet.damaged_pages(path) == []
    assert silent <= 4
    path.write_bytes(good[:-3])
    assert parquet.damaged_pages(path) == [(0, "")]


def test_a_file_of_a_candidate_tells_agreement_product_and_columns(house) -> None:
    told = {
        "dim_citizen": {"birth_on": "Day of birth (*fødselsdato*).", "cpr": "The CPR number.", "secret": "Not listed."}
    }
    with connect(house.nation.path, read_only=True) as connection:
        candidate = write_candidate(connection, house.agreement(), house.candidates, descriptions=told)
    said = parquet.footer(candidate.directory / "dim_citizen.parquet")
    assert said["klgateway_agreement"] == "klg-flis v1" and said["klgateway_product"] == "dim_citizen v1"
    assert json.loads(said["klgateway_columns"]) == {
        "birth_on": "Day of birth (*fødselsdato*).",
        "cpr": "The CPR number.",
    }
    codes = [code for (code,) in house.rows(candidate.directory / "dim_citizen.parquet", "municipality_code")]
    assert codes == sorted(codes)


def test_what_is_left_of_a_file_tells_the_same(released) -> None:
    """A municipality is withheld: the file is written anew, and says all that the candidate's said."""
    released.nation.sql("update marts.dim_citizen set sex_code = 'x' where municipality_code = '0615'")
    done = released.release("flis", 10)
    assert done.manifest.withheld_codes == ["0615"]
    for product in done.manifest.products:
        said = parquet.footer(done.directory / product.file)
        assert said == parquet.footer(released.candidates / "flis" / product.file) and len(said) == 3
        assert parquet.row_groups(done.directory / product.file) == product.row_groups


def test_columns_that_no_model_has_are_described_too() -> None:
    agreement = load_agreement(EXPECTATIONS, "sds_care")
    product = next(product for product in agreement.terms.products if product.mode == "changes")
    said = json.loads(footer(agreement, product, {})["klgateway_columns"])
    assert list(said) == ["operation"] and "new, changed or withdrawn" in said["operation"]
