"""Each test compares one dimension with what is known from elsewhere: the calendar, the reform, the groups of codes."""

from pathlib import Path

from dateutil.easter import easter

from tests.unit.dbt.warehouse import query


def test_easter_is_where_another_calendar_has_it(warehouse: Path) -> None:
    found = query(warehouse, "select date_on from marts.dim_date where holiday_name_da = 'Påskedag' order by 1")
    assert [row["date_on"] for row in found] == [easter(year) for year in range(2015, 2041)]


def test_each_year_has_its_public_holidays(warehouse: Path) -> None:
    found = query(
        warehouse,
        "select year_number, count(*) as days from marts.dim_date where is_public_holiday group by all order by 1",
    )
    assert [row["days"] for row in found] == [11] * 9 + [10] * 17, "eleven until 2023, then no Store bededag"


def test_each_municipality_has_one_region_on_every_day(warehouse: Path) -> None:
    found = query(
        warehouse,
        """
        select date_on, count(*) as regions, count(*) filter (region_name = 'Region Østdanmark') as east
        from marts.dim_date
        join marts.dim_municipality_region on valid_from_on <= date_on and coalesce(date_on < valid_to_on, true)
        where date_on in (date '2015-01-01', date '2026-12-31', date '2027-01-01', date '2040-12-31')
        group by date_on order by date_on
        """,
    )
    assert [(row["regions"], row["east"]) for row in found] == [(98, 0), (98, 0), (98, 46), (98, 46)]


def test_each_code_of_the_elderly_act_continues_a_group_of_the_service_act_but_one(warehouse: Path) -> None:
    """Nine coarse codes; only the dialogue with the citizen is new."""
    found = query(
        warehouse,
        """
        select code_group_code, count(*) as codes, max(service_group_code) as service
        from marts.dim_fsiii_code
        where code_group_code in (
            select code_group_code from marts.dim_fsiii_code where parent_legacy_code = 'Aeldrelovsindsats'
        )
        group by all order by 1
        """,
    )
    assert {row["code_group_code"]: (row["codes"], row["service"]) for row in found} == {
        "COORDINATION_HOME_CARE": (2, "NO_SERVICE"),
        "DIALOGUE": (1, "NO_SERVICE"),
        "MEAL_SERVICE": (2, "MEAL"),
        "PERS": (13, "PERS"),
        "PRAK": (11, "PRAK"),
        "RELIEF_AT_HOME": (3, "RELIEF"),
        "RELIEF_STAY": (2, "RELIEF"),
        "RETRAINING": (2, "TRAINING"),
        "TEMPORARY_STAY": (2, "STAY"),
    }


def test_a_group_says_of_its_codes_what_they_say_of_themselves(warehouse: Path) -> None:
    found = query(
        warehouse,
        """
        select fsiii_code from marts.dim_fsiii_code join reference.code_group using (code_group_code)
        join reference.fsiii_code_group using (fsiii_code)
        where dim_fsiii_code.code_kind_code != code_group.code_kind_code
            or dim_fsiii_code.care_domain_code != code_group.care_domain_code
            or dim_fsiii_code.display != fsiii_code_group.display
        """,
    )
    assert found == []


def test_pain_is_one_group_before_and_after(warehouse: Path) -> None:
    found = query(warehouse, "select legacy_code from marts.dim_fsiii_code where code_group_code = 'PAIN' order by 1")
    assert [row["legacy_code"] for row in found] == ["I9.1", "I9.2", "I9.3", "Problemer_med_smerter"]


def test_every_merge_is_marked_as_unsure(warehouse: Path) -> None:
    """A group holds at most one code that is certainly its own."""
    found = query(
        warehouse,
        """
        select code_group_code from marts.dim_fsiii_code where code_group_code is not null
        group by all having count(*) filter (code_group_certainty_code = 'certain') > 1
        """,
    )
    assert found == []
