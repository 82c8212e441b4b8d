"""One case is one fact of the code lists: membership, crosswalk, titles, what retires, and codes in a wrong form."""

import pytest

from orchestration.conformance.terminology import FSIII, terminology

TERMS = terminology()


@pytest.mark.parametrize(
    ("value_set", "count"),
    [
        ("FSIIICareConditions", 182),
        ("FSIIICareInterventions", 184),
        ("FSIIICareMatterOfInterests", 34),
        ("KLConditionCodesHomeCare", 74),
        ("KLConditionCodesNursing", 108),
        ("EncounterClassCodes", 13),
        ("KLEncounterTypes", 7),
    ],
)
def test_sizes_are_those_of_the_packages(value_set: str, count: int) -> None:
    assert len(TERMS.members[value_set]) == count


def test_conditions_are_home_care_or_nursing() -> None:
    home_care, nursing = TERMS.members["KLConditionCodesHomeCare"], TERMS.members["KLConditionCodesNursing"]
    assert not home_care & nursing
    assert home_care | nursing == TERMS.members["FSIIICareConditions"]


def test_crosswalk() -> None:
    assert TERMS.uuid("B6") == "d7ff926a-4955-478f-b300-0b0ec0785013"
    assert TERMS.uuid("no such") == "no such"


def test_legacy_keys_retire_and_severities_keep_their_uuid() -> None:
    assert (FSIII, "B6") in TERMS.retiring
    assert (FSIII, TERMS.uuid("B6")) not in TERMS.retiring


def test_former_titles() -> None:
    assert TERMS.display[(FSIII, "B3")] == "2"
    assert "Moderate begrænsninger" in TERMS.former[(FSIII, "B3")]


@pytest.mark.parametrize("written", ["j1.1", "J 1.1", "J1.1 "])
def test_intended_code(written: str) -> None:
    assert TERMS.intended(written) == "J1.1"


def test_no_code_is_intended_by_nonsense() -> None:
    assert TERMS.intended("J9.99") is None
