"""One test is one thing that the agreements that ship, and their suites, must say."""

from datetime import date
from pathlib import Path

import pytest

from orchestration.publishing.agreement import load_agreement, load_agreements

EXPECTATIONS = Path(__file__).parents[3] / "expectations"
ON = ["flis", "municipality", "public", "sds_care", "sds_health"]
OFF = ["dst", "rkkp"]
RECIPIENTS = sorted(ON + OFF)
HOME_CARE_OR_SEVERITY = ("severity", "goal", "level", "own_observation", "first_reported_on", "condition_ids", "local_")


def test_every_agreement_that_ships_can_be_read() -> None:
    loaded = load_agreements(EXPECTATIONS)
    assert not loaded.errors
    assert sorted(loaded.by_recipient) == RECIPIENTS
    assert sorted(name for name, agreement in loaded.by_recipient.items() if agreement.is_on) == ON


@pytest.mark.parametrize("recipient", RECIPIENTS)
def test_every_expectation_has_a_reason_in_both_languages_and_a_date(recipient: str) -> None:
    agreement = load_agreement(EXPECTATIONS, recipient)
    for suite in agreement.suites.values():
        for expectation in suite.expectations:
            assert len(expectation.reason.da) >= 15 and len(expectation.reason.en) >= 15, expectation.id
            assert expectation.reason.da != expectation.reason.en, expectation.id
            assert date(2026, 1, 1) <= expectation.reviewed_on, expectation.id


@pytest.mark.parametrize("recipient", RECIPIENTS)
def test_the_identity_of_every_personal_product_is_checked_by_its_suite(recipient: str) -> None:
    agreement = load_agreement(EXPECTATIONS, recipient)
    for product in agreement.terms.products:
        ids = {e.id for e in agreement.suites[product.model].expectations if e.level != "warning"}
        if product.kind == "municipal":
            assert {"municipality_code", "submission_id"} <= set(product.columns) and "key.unique" in ids
        if "cpr" in product.columns:
            assert "municipality_code.known" in ids
            own = {"cpr.wellformed", "sor_code.wellformed"}
            assert own <= ids if "sor_code" in product.columns else "cpr.citizen_included" in ids


def test_the_health_act_stream_lists_nothing_of_severity_goals_or_home_care() -> None:
    for product in load_agreement(EXPECTATIONS, "sds_health").terms.products:
        told = set(product.columns) - {"level_number"}  # of a code list: the depth in the hierarchy
        assert not [column for column in told if any(part in column for part in HOME_CARE_OR_SEVERITY)]
        if product.kind == "municipal" or product.model == "dim_fsiii_code":
            assert "care_domain_code = 'nursing'" in (product.row_filter or "")
