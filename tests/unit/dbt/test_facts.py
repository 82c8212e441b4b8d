"""Each test compares one mart with rows worked out by hand from the stories."""

from datetime import date
from pathlib import Path
from typing import Any

from tests.unit.dbt.stories import B2, B3, B4, CPR, G1_20, H1_1, I4_4, I7_1, J1_1, at
from tests.unit.dbt.warehouse import PROJECT, query

Rows = list[dict[str, Any]]


def table(columns: str, *rows: tuple[Any, ...]) -> Rows:
    return [dict(zip(columns.split(), row, strict=True)) for row in rows]


def mart(warehouse: Path, name: str, columns: str, order: str) -> Rows:
    """What is known now of the two municipalities of these stories; dim_citizen has one clock only."""
    now = "where municipality_code in ('0461', '0751')" + ("" if name == "dim_citizen" else " and known_to_at is null")
    return query(warehouse, f"select {', '.join(columns.split())} from marts.{name} {now} order by {order}")


def test_condition_history(warehouse: Path) -> None:
    columns = (
        "municipality_code condition_id version_number submission_id valid_from_at valid_to_at is_current is_active "
        "is_entered_in_error withdrawn_at withdrawn_by_submission_id condition_state_code closed_on"
    )
    late, first, worse = at("03-01 08:00"), at("03-02 08:00"), at("03-03 08:00")
    focus, error, nine = at("03-03 23:30"), at("03-03 08:30"), at("03-02 09:00")
    closed, ella, otto = at("03-04 09:00"), at("03-02 09:30"), at("03-04 09:00")
    keep = (False, None, None)
    expected = table(
        columns,
        ("0461", "breathe", 1, "s1", first, error, False, False, True, error, "s2", "entered_in_error", None),
        ("0461", "ella-ulcer", 1, "s7", ella, None, True, False, *keep, "active", None),
        ("0461", "lost", 1, "s5", nine, nine, False, False, True, nine, "s5", "entered_in_error", None),
        ("0461", "ulcer", 1, "s5", nine, closed, False, False, *keep, "active", None),
        ("0461", "ulcer", 2, "s6", closed, None, True, False, *keep, "inactive", date(2026, 3, 4)),
        ("0461", "wash", 1, "s3", late, first, False, False, *keep, "active", None),
        ("0461", "wash", 2, "s1", first, worse, False, False, *keep, "active", None),
        ("0461", "wash", 3, "s2", worse, focus, False, False, *keep, "active", None),
        ("0461", "wash", 4, "s4", focus, None, True, False, *keep, "out_of_focus", date(2026, 3, 4)),
        ("0751", "wash", 1, "s9", otto, None, True, True, *keep, "active", None),
    )
    assert mart(warehouse, "fct_condition", columns, "municipality_code, condition_id, version_number") == expected


def test_condition_content(warehouse: Path) -> None:
    columns = (
        "condition_id version_number citizen_key sor_code condition_code reported_code condition_display "
        "care_domain_code severity_code severity_level verification_status_code is_in_focus recorded_on "
        "is_citizen_reported_by_mistake"
    )
    odense, aarhus, recorded = "999990461000001", "999990751000001", date(2026, 2, 27)
    wash = ("Vaske sig", "home_care")
    breathe = ("Respirationsproblemer", "nursing", None, None)
    ulcer = ("Problemer med tryksår", "nursing", None, None)
    ok, error = "confirmed", "entered-in-error"
    expected = table(
        columns,
        ("breathe", 1, "karen-0461", odense, I7_1, "I7.1", *breathe, ok, True, recorded, False),
        ("ella-ulcer", 1, "ella-0461", odense, I4_4, I4_4, *ulcer, ok, True, recorded, True),
        ("lost", 1, "hans-0461", odense, I7_1, "I7.1", *breathe, error, True, recorded, False),
        ("ulcer", 1, "hans-0461", odense, I4_4, "I4.4", *ulcer, ok, True, recorded, False),
        ("ulcer", 2, "hans-0461", odense, I4_4, "I4.4", *ulcer, ok, True, recorded, False),
        ("wash", 1, "karen-0461", odense, J1_1, "J1.1", *wash, B2, 1, ok, True, recorded, False),
        ("wash", 2, "karen-0461", odense, J1_1, "J1.1", *wash, B3, 2, ok, True, recorded, False),
        ("wash", 3, "karen-0461", odense, J1_1, J1_1, *wash, B4, 3, ok, True, recorded, False),
        ("wash", 4, "karen-0461", odense, J1_1, J1_1, *wash, B4, 3, ok, False, recorded, False),
        ("wash", 1, "otto-0751", aarhus, J1_1, J1_1, *wash, B2, 1, ok, True, recorded, False),
    )
    assert mart(warehouse, "fct_condition", columns, "municipality_code, condition_id, version_number") == expected


def test_planned_intervention(warehouse: Path) -> None:
    columns = (
        "planned_intervention_id version_number submission_id intervention_code reported_code intervention_display "
        "care_domain_code local_code local_display status_code granted_on ended_on is_end_actual condition_ids "
        "valid_from_at valid_to_at is_current is_active is_entered_in_error withdrawn_at withdrawn_by_submission_id"
    )
    granted, end, planned = date(2026, 3, 1), date(2026, 3, 4), date(2026, 9, 1)
    start, done = at("03-02 08:00"), at("03-04 09:00")
    care = ("Personlig hygiejne", "home_care", None, None)
    pills = ("Medicinadministration", "nursing", "L3", "Dosering")
    first = (start, done, False, False, False, None, None)
    second = (done, None, True, False, False, None, None)
    withdrawn = (at("03-02 09:00"), done, False, False, True, done, "s6")
    expected = table(
        columns,
        ("care", 1, "s1", H1_1, "H1.1", *care, "active", granted, planned, False, ["wash"], *first),
        ("care", 2, "s4", H1_1, H1_1, *care, "completed", granted, end, True, [], *second),
        ("pills", 1, "s5", G1_20, "G1.20", *pills, "active", granted, None, False, [], *withdrawn),
    )
    assert mart(warehouse, "fct_planned_intervention", columns, "planned_intervention_id, version_number") == expected


def test_citizen(warehouse: Path) -> None:
    columns = (
        "citizen_key municipality_code sor_code patient_id birth_on sex_code is_deceased deceased_first_reported_on "
        "is_reported_by_mistake first_reported_on last_reported_on submission_id"
    )
    second, third, fourth = (date(2026, 3, day) for day in (2, 3, 4))
    odense = ("0461", "999990461000001")
    born, born_hans, born_otto = date(1936, 12, 24), date(1937, 12, 24), date(1945, 5, 11)
    expected = table(
        columns,
        ("ella-0461", *odense, "p-ella", born, "male", False, None, True, second, third, "s8"),
        ("hans-0461", *odense, "p-hans", born_hans, "male", False, None, False, second, fourth, "s6"),
        ("karen-0461", *odense, "p-karen", born, "female", True, fourth, False, second, fourth, "s4"),
        ("otto-0751", "0751", "999990751000001", "p-otto", born_otto, "male", False, None, False, fourth, fourth, "s9"),
    )
    assert mart(warehouse, "dim_citizen", columns, "citizen_key") == expected


def test_every_accepted_code_is_one_concept(warehouse: Path) -> None:
    (row,) = query(
        warehouse,
        """
        select
            count(*) as code_count,
            count(legacy_code) as legacy_count,
            count(*) filter (code_kind_code = 'condition' and care_domain_code = 'nursing') as nursing_condition_count,
            count(*) filter (code_kind_code = 'condition' and care_domain_code = 'home_care') as home_condition_count,
            count(*) filter (code_kind_code = 'intervention' and care_domain_code = 'nursing') as nursing_count,
            count(*) filter (code_kind_code = 'intervention' and care_domain_code = 'home_care') as home_count,
            list(legacy_code || '=' || severity_level order by legacy_code) filter (severity_level is not null) as levels,
            (select count(*) from staging.stg_fsiii_code_form) as form_count
        from marts.dim_fsiii_code
        """,
    )
    assert row == {
        "code_count": 251,
        "legacy_count": 219,
        "nursing_condition_count": 54,
        "home_condition_count": 37,
        "nursing_count": 52,
        "home_count": 40,
        "levels": ["B1=0", "B2=1", "B3=2", "B4=3", "B5=4", "B6=9"],
        "form_count": 438,
    }


def test_cpr_stays_where_it_belongs(warehouse: Path) -> None:
    """CPR is a column of two relations; no invented CPR of ours stands in what dbt wrote to disk."""
    holders = query(warehouse, "select table_name from duckdb_columns() where column_name = 'cpr' order by all")
    assert [row["table_name"] for row in holders] == ["citizen", "int_citizen__identity"]
    folders = (warehouse.parent / "target", warehouse.parent / "logs", PROJECT / "models", PROJECT / "macros")
    written = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    assert len(written) > 300
    leaks = {file.name for file in written if any(cpr.encode() in file.read_bytes() for cpr in CPR.values())}
    assert leaks == set()
