"""One case is one text and what the R4 primitive formats say of it."""

import pytest

from orchestration.conformance import primitives


@pytest.mark.parametrize("text", ["2026", "2026-02", "2028-02-29", "0001-01-01", "9999-12"])
def test_dates(text: str) -> None:
    assert primitives.is_date(text)
    assert primitives.is_datetime(text)
    assert not primitives.is_instant(text)


@pytest.mark.parametrize(
    "text",
    ["", "26", "2026-2", "2026-13", "2026-02-29", "2026-04-31", "0000", "2026-02-03\n", "٢٠٢٦", "20260203", " 2026"],
)
def test_not_dates(text: str) -> None:
    assert not primitives.is_datetime(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T08:30:00Z",
        "2026-03-02T08:30:00.123456789+01:00",
        "2026-06-30T23:59:60Z",
        "2026-03-02T08:30:00-14:00",
    ],
)
def test_instants(text: str) -> None:
    assert primitives.is_instant(text)
    assert not primitives.is_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T08:30Z",
        "2026-03-02T08:30:00",
        "2026-03-02T24:00:00Z",
        "2026-03-02 08:30:00Z",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_not_instants(text: str) -> None:
    assert primitives.when(text) is None


def test_a_moment_has_its_copenhagen_day_and_utc_time() -> None:
    evening = primitives.when("2026-07-01T22:30:00Z")
    assert evening is not None
    assert (str(evening.on), str(evening.at), evening.precision) == ("2026-07-02", "2026-07-01 22:30:00", "time")
    winter = primitives.when("2026-01-02T00:30:00+01:00")
    assert winter is not None
    assert (str(winter.on), str(winter.at)) == ("2026-01-02", "2026-01-01 23:30:00")


@pytest.mark.parametrize(
    ("text", "on", "precision"), [("2026", "2026-01-01", "year"), ("2026-02", "2026-02-01", "month")]
)
def test_partial_dates_begin_on_their_first_day(text: str, on: str, precision: str) -> None:
    found = primitives.when(text)
    assert found is not None
    assert (str(found.on), found.at, found.precision) == (on, None, precision)


@pytest.mark.parametrize(
    ("text", "good"), [("a", True), ("a b", True), (" a", False), ("a  b", False), ("a\tb", False), ("a ", False)]
)
def test_codes(text: str, good: bool) -> None:
    assert primitives.is_code(text) is good


@pytest.mark.parametrize(
    ("text", "good"), [("a-1.B", True), ("a_b", False), ("x" * 65, False), ("æ", False), ("a\n", False)]
)
def test_ids(text: str, good: bool) -> None:
    assert primitives.is_id(text) is good


@pytest.mark.parametrize(
    ("text", "hidden"), [("0705413919", True), ("070541-3919", True), ("x0705413919", True), ("07054139191", False)]
)
def test_what_may_be_a_cpr_number(text: str, hidden: bool) -> None:
    assert primitives.may_hold_cpr(text) is hidden


def test_uuids_are_shown() -> None:
    assert not primitives.may_hold_cpr("d984ad21-48fe-4619-845e-2aa0303048e7")
    assert not primitives.may_hold_cpr("ab070541-3919-4955-a2ce-687e26161144")
