"""One test is one promise of a candidate: listed columns, filtered rows, one source of identity, the same bytes."""

import duckdb
import pytest

from orchestration.publishing import parquet
from orchestration.publishing.candidate import CandidateError, read_candidate


def test_only_the_listed_columns_in_the_listed_order(house) -> None:
    candidate, terms = house.candidate("sds_health"), house.agreement("sds_health").terms
    for product, listed in zip(candidate.products, terms.products, strict=True):
        path = candidate.path(product)
        columns = [row[0] for row in duckdb.connect().execute(f"describe from '{path}'").fetchall()]
        assert columns == list(listed.columns) == list(product.schema)


def test_only_nursing_and_only_its_citizens_reach_the_health_act_stream(house) -> None:
    candidate = house.candidate("sds_health")
    folder = candidate.directory
    assert set(house.rows(folder / "fct_condition.parquet", "care_domain_code")) == {("nursing",)}
    assert set(house.rows(folder / "dim_fsiii_code.parquet", "care_domain_code")) == {("nursing",)}
    citizens = {cpr for (cpr,) in house.rows(folder / "dim_citizen.parquet", "cpr")}
    served = {cpr for (cpr,) in house.rows(folder / "fct_condition.parquet", "cpr")}
    assert citizens == served
    assert len(citizens) == 6, "two of three citizens in each of three municipalities have nursing"


def test_a_citizen_reported_by_mistake_reaches_nobody(house) -> None:
    mistaken = house.nation.sql(
        "select cpr from marts.dim_citizen join intermediate.int_citizen__identity using (citizen_key) "
        "where is_reported_by_mistake"
    )
    assert len(mistaken) == 1
    for recipient in ("flis", "sds_health"):
        folder = house.candidate(recipient).directory
        for model in ("dim_citizen", "fct_condition", "fct_planned_intervention"):
            assert mistaken[0] not in house.rows(folder / f"{model}.parquet", "cpr")


def test_the_cpr_comes_from_the_identity_table_and_a_missing_one_stays_to_be_seen(house) -> None:
    house.nation.sql("delete from intermediate.int_citizen__identity where citizen_key = 'k00001'")
    path = house.candidate("flis").directory / "dim_citizen.parquet"
    rows = house.rows(path, "cpr")
    assert len(rows) == 9
    assert rows.count((None,)) == 1


def test_the_record_counts_rows_and_submissions(house) -> None:
    candidate = house.candidate("flis")
    assert read_candidate(house.candidates, "flis") == candidate
    by_model = {product.model: product for product in candidate.products}
    assert by_model["fct_condition"].municipalities == {"0461": 4, "0615": 4, "0751": 4}
    assert by_model["dim_municipality"].municipalities == {}, "a reference table has none to withhold"
    assert candidate.submissions.count == 3, "a rejected submission brought nothing"
    assert (candidate.submissions.first_submission_id, candidate.submissions.last_submission_id) == ("s1", "s3")
    assert candidate.cut_off_on == candidate.submissions.last_received_on


def test_the_same_rows_give_the_same_bytes_in_whatever_order_they_were_stored(house) -> None:
    first = {product.model: product.sha256 for product in house.candidate("flis").products}
    assert {product.model: product.sha256 for product in house.candidate("flis").products} == first
    for model in first:
        house.nation.sql(f"create table shuffled as select * from marts.{model} order by hash({model}::varchar)")
        house.nation.sql(f"delete from marts.{model}")
        house.nation.sql(f"insert into marts.{model} select * from shuffled")
        house.nation.sql("drop table shuffled")
    assert {product.model: product.sha256 for product in house.candidate("flis").products} == first


def test_many_rows_give_the_same_bytes_with_one_thread_or_four(tmp_path) -> None:
    query = "select i, hash(i) as h, ['x' || i] as l from range(400000) as t(i) order by h, i"
    hashes = set()
    for threads in (1, 4, 4):
        connection = duckdb.connect()
        connection.execute(f"set threads = {threads}")
        parquet.write(connection, query, tmp_path / "rows.parquet", {"klgateway_product": "rows"})
        hashes.add(parquet.sha256(tmp_path / "rows.parquet"))
    assert len(hashes) == 1


def test_an_agreement_that_is_off_produces_nothing(house) -> None:
    house.edit("flis/agreement.yml", "status: on", "status: off")
    with pytest.raises(CandidateError, match="The agreement of flis is off"):
        house.candidate("flis")
    assert not (house.candidates / "flis").exists()


def test_an_unknown_column_or_model_is_named_with_its_remedy(house) -> None:
    house.edit("flis/agreement.yml", "      - sex_code", "      - gender_code")
    house.edit("flis/dim_citizen.yml", "column: sex_code", "column: gender_code")
    with pytest.raises(CandidateError, match=r"dim_citizen\): marts.dim_citizen has no column `gender_code`. Remedy"):
        house.candidate("flis")
    house.nation.sql("drop table marts.dim_municipality")
    with pytest.raises(CandidateError, match="the warehouse has no"):
        house.candidate("sds_health")


def test_a_row_filter_that_fails_leaves_no_candidate_and_quotes_no_data(house, canary) -> None:
    house.candidate("flis")
    house.nation.citizen("0461", "nursing", cpr=canary, patient_id=canary)
    house.edit(
        "flis/agreement.yml", "row_filter: not is_reported_by_mistake", "row_filter: patient_id::date is not null"
    )
    with pytest.raises(CandidateError, match="ConversionException") as raised:
        house.candidate("flis")
    assert canary not in str(raised.value)
    assert raised.value.__suppress_context__
    with pytest.raises(CandidateError, match="no whole candidate for flis"):
        read_candidate(house.candidates, "flis")


def test_nothing_accepted_yet_is_said_plainly(house) -> None:
    house.nation.sql("delete from raw.submissions")
    with pytest.raises(CandidateError, match="no submission was accepted"):
        house.candidate("flis")
