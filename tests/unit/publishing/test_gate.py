"""One test is one verdict of the real gate (Great Expectations on DuckDB, no mocks) on a planted fault."""

import logging
import time

import pytest

from orchestration.publishing.candidate import CandidateError, read_candidate
from orchestration.publishing.gate import run_gate
from orchestration.publishing.report import read_report


def failed(report, model: str) -> set[str]:
    return {outcome.id for outcome in report.outcomes(model) if not outcome.released.success}


def test_a_sound_candidate_passes_and_nobody_is_withheld(house) -> None:
    for recipient in ("flis", "sds_health"):
        report = house.gate(recipient)
        assert report.passed
        assert report.withheld == ()
        assert all(not failed(report, product.model) for product in report.products)
        assert read_report(house.candidates, recipient) == report


FAULTS = {
    "recorded_on.not_in_the_future": ("fct_condition", "recorded_on = '2099-01-01'"),
    "valid_to_at.after_valid_from_at": ("fct_condition", "valid_to_at = '2020-01-01'"),
    "condition_state_code.listed": ("fct_condition", "condition_state_code = 'asleep'"),
    "condition_code.listed": ("fct_condition", "condition_code = 'J9.9'"),
    "severity_level.listed": ("fct_condition", "severity_level = 7"),
    "key.unique": ("fct_condition", "condition_key = 'same'"),
    "is_current.one_at_most": ("fct_condition", "condition_id = 'same'"),
    "sor_code.wellformed": ("fct_condition", "sor_code = 'SOR-1'"),
    "submission_id.present": ("fct_condition", "submission_id = null"),
    "ended_on.after_granted_on": ("fct_planned_intervention", "ended_on = '2020-01-01'"),
    "intervention_code.listed": ("fct_planned_intervention", "intervention_code = null"),
    "sex_code.listed": ("dim_citizen", "sex_code = 'other'"),
    "birth_on.not_in_the_future": ("dim_citizen", "birth_on = '2030-01-01'"),
}


def test_each_fault_withholds_its_municipality_and_names_the_expectation(house) -> None:
    """All faults in one municipality at once: one gate, not thirteen."""
    for model, change in FAULTS.values():
        house.nation.sql(f"update marts.{model} set {change} where municipality_code = '0615'")
    report = house.gate("flis")
    assert report.passed
    assert report.withheld_codes == ["0615"]
    named = {failure.expectation_id: failure.model for failure in report.withheld[0].failures}
    assert {expectation: model for expectation, (model, _) in FAULTS.items()}.items() <= named.items()
    assert all(not failed(report, product.model) for product in report.products), "judged on what remains"
    on_whole = {outcome.id: outcome.whole for outcome in report.outcomes("fct_condition")}
    assert on_whole["recorded_on.not_in_the_future"].failing_rows == 4


def test_a_fault_of_every_municipality_is_ours_and_withholds_none(house) -> None:
    house.slim("recorded_on.not_in_the_future")
    house.nation.sql("update marts.fct_condition set recorded_on = '2099-01-01'")
    report = house.gate("flis")
    assert not report.passed
    assert report.withheld == ()
    assert report.refusals[0].code == "gate.not_of_a_municipality"
    assert "fct_condition recorded_on.not_in_the_future" in report.refusals[0].text.da
    assert failed(report, "fct_condition") == {"recorded_on.not_in_the_future"}


def test_a_fault_of_a_reference_table_blocks_all(house) -> None:
    house.slim()
    house.nation.sql("delete from marts.dim_municipality where municipality_code = '9001'")
    report = house.gate("sds_health")
    assert [refusal.code for refusal in report.refusals] == ["gate.not_of_a_municipality"]
    assert "rows.all_98" in report.refusals[0].text.en


def test_a_second_fault_that_is_not_of_a_municipality_still_blocks(house) -> None:
    house.slim("recorded_on.not_in_the_future", "display.present")
    house.nation.sql("update marts.fct_condition set recorded_on = '2099-01-01' where municipality_code = '0615'")
    house.nation.sql("update marts.dim_fsiii_code set display = null")
    report = house.gate("flis")
    assert report.withheld_codes == ["0615"]
    assert [refusal.code for refusal in report.refusals] == ["gate.still_failing"]


def test_nothing_remains_when_the_only_municipality_fails(house) -> None:
    house.slim("recorded_on.not_in_the_future")
    for model in ("dim_citizen", "fct_condition", "fct_planned_intervention"):
        house.nation.sql(f"delete from marts.{model} where municipality_code <> '0461'")
    house.nation.sql("update marts.fct_condition set recorded_on = '2099-01-01'")
    report = house.gate("sds_health")
    assert [refusal.code for refusal in report.refusals] == ["gate.nothing_remains"]


def test_an_empty_product_blocks(house) -> None:
    house.slim()
    house.nation.sql("delete from marts.fct_planned_intervention")
    report = house.gate("sds_health")
    assert "fct_planned_intervention rows.at_least_one" in report.refusals[0].text.en


def test_a_warning_is_noted_and_blocks_nothing(house) -> None:
    house.slim("is_entered_in_error.rare")
    house.nation.sql("update marts.fct_condition set is_entered_in_error = true where municipality_code = '0461'")
    report = house.gate("flis")
    assert report.passed
    assert report.withheld == ()
    assert failed(report, "fct_condition") == {"is_entered_in_error.rare"}
    noted = next(o for o in report.outcomes("fct_condition") if o.id == "is_entered_in_error.rare")
    assert noted.released.failing_rows == 4


def test_a_row_without_a_municipality_blocks_because_it_can_not_be_withheld(house) -> None:
    house.slim("municipality_code.known")
    house.nation.sql("update marts.fct_condition set municipality_code = null where citizen_key = 'k00001'")
    report = house.gate("flis")
    assert [refusal.code for refusal in report.refusals] == ["gate.not_of_a_municipality"]


def test_an_expectation_that_can_not_be_evaluated_counts_as_failed(house) -> None:
    house.slim("municipality_code.wellformed")
    house.edit(
        "flis/dim_municipality.yml",
        "where not coalesce",
        "where region_name::date is null or not coalesce",
    )
    report = house.gate("flis")
    assert not report.passed
    broken = next(o for o in report.outcomes("dim_municipality") if o.id == "municipality_code.wellformed")
    assert broken.released.fault == "ConversionException"


def test_no_value_reaches_any_output(house, canary, everything_written, caplog, capfd) -> None:
    """A planted CPR in failing rows, and in errors of the database, is in no file, log, print or exception."""
    caplog.set_level(logging.DEBUG)
    house.nation.citizen("0615", "nursing", cpr=canary, sex_code=canary, birth_on="2099-01-01", patient_id=canary)
    house.nation.sql(f"update marts.fct_condition set condition_id = '{canary}', sor_code = '{canary}x'")
    right = "expect_column_values_to_not_be_null\n    kwargs: {column: birth_on}"
    cast = "unexpected_rows_expectation\n    kwargs: {unexpected_rows_query: 'select 1 from {batch} where patient_id::date is null'}"
    house.edit("flis/dim_citizen.yml", right, cast)
    result = house.release("flis")
    assert result.status == "refused"
    house.edit("flis/dim_citizen.yml", cast, right)
    house.nation.sql("update marts.fct_condition set condition_id = condition_key, sor_code = '999990461000001'")
    result = house.release("flis", 11)
    assert result.status == "released"
    assert result.manifest.withheld_codes == ["0615"]
    printed = capfd.readouterr()
    assert "great_expectations" not in caplog.text
    for output in (everything_written(), caplog.text, printed.out, printed.err, repr(result)):
        assert canary not in output


def test_a_changed_file_or_agreement_is_not_judged(house) -> None:
    house.candidate("flis")
    candidate, agreement = read_candidate(house.candidates, "flis"), house.agreement("flis")
    house.edit("flis/agreement.yml", "version: 1", "version: 2")
    with pytest.raises(CandidateError, match="The agreement of flis changed"):
        run_gate(candidate, house.agreement("flis"), house.releases, now=None)
    path = candidate.path(candidate.products[0])
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(CandidateError, match="A file of the candidate of flis changed"):
        run_gate(candidate, agreement, house.releases, now=None)


def test_ninety_eight_municipalities_are_judged_in_seconds(house) -> None:
    codes = "(select municipality_code from marts.dim_municipality where municipality_code > '9')"
    for model, key in (
        ("dim_citizen", "patient_id"),
        ("fct_condition", "condition_key"),
        ("fct_planned_intervention", "planned_intervention_key"),
    ):
        house.nation.sql(
            f"insert into marts.{model} select new.* replace (code.municipality_code as municipality_code, "
            f"new.{key} || code.municipality_code as {key}) "
            f"from marts.{model} as new cross join {codes} as code where new.municipality_code = '0751'"
        )
    house.nation.sql("update marts.fct_condition set recorded_on = '2099-01-01' where municipality_code = '9042'")
    started = time.perf_counter()
    report = house.gate("sds_health")
    assert report.withheld_codes == ["9042"]
    assert report.passed
    assert time.perf_counter() - started < 30
