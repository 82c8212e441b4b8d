"""One test is one kind of expectation that ships, seen to fail: volume, freshness, leakage, and each type on DuckDB."""

import shutil
from datetime import date

import msgspec
import pytest

from orchestration.publishing.examiner import Examiner
from orchestration.publishing.former import Former, read_former
from orchestration.publishing.gate import run_gate
from orchestration.publishing.kinds import KINDS, QUERY
from orchestration.publishing.suite import Expectation
from tests.unit.publishing.conftest import CANARY, EXPECTATIONS, at

MARKED = "update marts.fct_condition set {} where municipality_code = '0615'"


def grow(house, *codes: str, rows: int = 120) -> None:
    """So many more conditions in each municipality, versions of one that is there."""
    for code in codes:
        house.nation.sql(
            "insert into marts.fct_condition by name select condition.* replace (condition_key || n as condition_key, "
            f"condition_id || n as condition_id) from range({rows}) as more(n) cross join "
            f"(select * from marts.fct_condition where municipality_code = '{code}' and not is_citizen_reported_by_mistake "
            "and care_domain_code = 'nursing' order by condition_key limit 1) as condition"
        )


def lose(house, code: str, share: float) -> None:
    house.nation.sql(
        "delete from marts.fct_condition where condition_key in (select condition_key from marts.fct_condition "
        f"where municipality_code = '{code}' and length(condition_key) > 16 qualify percent_rank() over "
        f"(order by condition_key) < {share})"
    )


def told(named) -> dict[str, set[str]]:
    return {one.municipality_code: {failure.expectation_id for failure in one.failures} for one in named}


def test_a_collapsed_volume_withholds_its_municipality_and_does_not_forgive_by_itself(house) -> None:
    house.slim("rows.not_collapsed", "rows.not_fewer")
    grow(house, "0461", "0615", "0751")
    first = house.release("flis")
    lose(house, "0615", 0.5)
    lose(house, "0751", 0.1)
    second = house.release("flis", 11)
    assert told(second.manifest.withheld_municipalities) == {"0615": {"rows.not_collapsed"}}
    report = run_gate(house.candidate("flis"), house.agreement("flis"), house.releases, now=at(12))
    assert report.former_release_id == second.manifest.release_id != first.manifest.release_id
    assert told(report.withheld) == {"0615": {"rows.not_collapsed"}}, "the last release that had its rows counts"
    assert told(report.noted) == {}, "0751 is as it was in the second release"


def test_fewer_rows_are_noted_and_a_municipality_that_vanished_is_named(house) -> None:
    house.slim("rows.not_collapsed", "rows.not_fewer")
    grow(house, "0461", "0615", "0751")
    house.release("flis")
    lose(house, "0461", 0.1)
    for model in ("fct_condition", "fct_planned_intervention", "dim_citizen"):
        house.nation.sql(f"delete from marts.{model} where municipality_code = '0615'")
    report = house.gate("flis")
    assert report.passed
    assert told(report.withheld) == {"0615": {"rows.not_collapsed"}}
    assert told(report.noted) == {"0461": {"rows.not_fewer"}}


def test_a_damaged_former_release_counts_as_none(house) -> None:
    house.slim("rows.not_collapsed")
    grow(house, "0615")
    release = house.release("flis").directory
    path = release / "fct_condition.parquet"
    path.write_bytes(path.read_bytes()[:-9] + b"?" * 9)
    assert "fct_condition" not in read_former(house.releases, house.candidate("flis")).parts
    lose(house, "0615", 0.9)
    assert house.gate("flis").withheld == ()


def test_a_silent_municipality_is_noted(house) -> None:
    house.slim("received_at.within_a_week")
    house.nation.sql("update marts.dim_citizen set received_at = '2026-03-02'")
    house.nation.sql("update marts.dim_citizen set received_at = '2026-02-01' where municipality_code = '0751'")
    report = house.gate("flis")
    assert report.passed and report.withheld == ()
    assert told(report.noted) == {"0751": {"received_at.within_a_week"}}


LEAKS = {
    "text": ("fct_condition", f"condition_display = 'Borger {CANARY}'"),
    "hyphen": ("fct_condition", f"condition_display = '{CANARY[:6]}-{CANARY[6:]}.'"),
    "replacement number": ("fct_condition", "condition_display = '850241-1111'"),
    "list": ("fct_planned_intervention", f"delivery_type_codes = ['a', '{CANARY}']"),
}


@pytest.fixture
def pseudonymous(house):
    """dst's agreement, as if it were on."""
    shutil.copytree(EXPECTATIONS / "dst", house.expectations / "dst")
    house.edit("dst/agreement.yml", "status: off", "status: on")
    house.edit("dst/agreement.yml", "valid_from: 2027-01-01", "valid_from: 2026-01-01")
    house.slim()
    return house


def judged(house):
    candidate = house.candidate("dst", pseudonym_secret="invented secret of thirty-two characters")
    return run_gate(candidate, house.agreement("dst"), house.releases, now=at(9))


@pytest.mark.parametrize("leak", LEAKS)
def test_a_cpr_anywhere_blocks_a_recipient_that_may_not_have_it(pseudonymous, leak: str) -> None:
    model, change = LEAKS[leak]
    pseudonymous.nation.sql(f"update marts.{model} set {change} where municipality_code = '0615'")
    report = judged(pseudonymous)
    assert report.withheld == () and not report.passed
    assert {o.id for o in report.outcomes(model) if not o.released.success} == {"no_identity.values"}


def test_what_only_resembles_a_cpr_leaks_nothing(pseudonymous) -> None:
    for harmless in (f"9{CANARY}", f"a{CANARY}b", "3202411111", "2513411111", "00000000-2502-4111-8111-250241111100"):
        pseudonymous.nation.sql(MARKED.format(f"condition_display = condition_display || ' {harmless}'"))
    assert judged(pseudonymous).passed


def test_a_column_called_cpr_blocks_although_it_is_empty(pseudonymous) -> None:
    pseudonymous.nation.sql("alter table marts.dim_municipality rename population_on to cpr_population")
    path = pseudonymous.expectations / "dst" / "agreement.yml"
    path.write_text(path.read_text().replace("- population_on ", "- cpr_population "))
    assert {o.id for o in judged(pseudonymous).outcomes("dim_municipality") if not o.released.success} == {
        "no_identity.column_names"
    }


def test_nobody_can_leave_the_search_for_a_cpr_out(pseudonymous, house) -> None:
    suites = pseudonymous.agreement("dst").suites.values()
    assert all(
        {"no_identity.values", "no_identity.column_names"} <= {e.id for e in suite.expectations} for suite in suites
    )
    assert all("no_identity" not in suite.includes for suite in house.agreement("flis").suites.values())


HOLDS_AND_NOT = {
    QUERY: (
        {"unexpected_rows_query": "select 1 from {batch} where version_number > 9"},
        {"unexpected_rows_query": "from {batch}"},
    ),
    "expect_table_row_count_to_be_between": ({"min_value": 1}, {"max_value": 1}),
    "expect_table_row_count_to_equal": ({"value": 12}, {"value": 11}),
    "expect_column_values_to_not_be_null": ({"column": "cpr"}, {"column": "closed_on"}),
    "expect_column_values_to_be_null": ({"column": "closed_on"}, {"column": "cpr"}),
    "expect_column_values_to_be_unique": ({"column": "condition_key"}, {"column": "sor_code"}),
    "expect_column_values_to_be_in_set": (
        {"column": "care_domain_code", "value_set": ["nursing"], "mostly": 0.4},
        {"column": "care_domain_code", "value_set": ["nursing"]},
    ),
    "expect_column_values_to_not_be_in_set": (
        {"column": "care_domain_code", "value_set": ["x"]},
        {"column": "care_domain_code", "value_set": ["nursing"]},
    ),
    "expect_column_values_to_be_between": (
        {"column": "recorded_on", "max_value": {"$PARAMETER": "cut_off_on"}},
        {"column": "recorded_on", "max_value": date(2020, 1, 1)},
    ),
    "expect_compound_columns_to_be_unique": (
        {"column_list": ["condition_key", "cpr"]},
        {"column_list": ["municipality_code", "care_domain_code"]},
    ),
}


def test_each_type_that_may_be_written_works_on_duckdb_on_all_rows_and_on_one_municipality(house, tmp_path) -> None:
    assert set(HOLDS_AND_NOT) == set(KINDS)
    candidate, agreement = house.candidate("flis"), house.agreement("flis")
    blank = msgspec.convert(
        {
            "id": "a.b",
            "type": QUERY,
            "kwargs": {},
            "level": "warning",
            "reason": {"da": "x", "en": "x"},
            "reviewed_on": "2026-11-26",
        },
        Expectation,
    )
    asked = [
        msgspec.structs.replace(blank, id=f"{kind}.{'holds' if holds else 'fails'}", type=kind, kwargs=kwargs)
        for kind, cases in HOLDS_AND_NOT.items()
        for holds, kwargs in zip((True, False), cases, strict=True)
    ]
    with Examiner(candidate, agreement, Former(), tmp_path / "scratch.duckdb") as examiner:
        whole = examiner.run("fct_condition", asked)
        one = examiner.localise("fct_condition", asked, ["0615"])
    for id_, found in whole.items():
        assert (found.success, found.fault) == (id_.endswith("holds"), None), id_
    for (_, id_), found in one.items():
        expected = id_.endswith("holds") and id_ != "expect_table_row_count_to_equal.holds"  # 12 rows of all, 4 of it
        assert (found.success, found.fault) == (expected, None), id_
