"""One test is one rule of when an agreement holds, for whom, and how a change of it is told."""

import io
import subprocess
from datetime import date

import pytest

from orchestration.publishing.agreement import load_agreement, load_agreements
from orchestration.publishing.agreement_command import diff_agreements, show_agreements
from orchestration.publishing.approvals import read_approvals
from orchestration.publishing.described import described
from orchestration.publishing.records import RecordError
from orchestration.settings import REPOSITORY
from tests.unit.publishing.conftest import House

DBT = REPOSITORY / "dbt_project"
FROM = "valid_from: 2026-03-01 "


def follow(house: House, begins: str, version: int = 9) -> None:
    """Put a later version of the agreement beside the one that holds."""
    path = house.expectations / "flis" / "agreement.yml"
    text = "".join(line for line in path.open() if not line.startswith("valid_to:"))
    now = house.agreement().terms.version
    later = text.replace(FROM, f"valid_from: {begins} ").replace(f"version: {now}\n", f"version: {version}\n", 1)
    (house.expectations / "flis" / "agreement-next.yml").write_text(later.replace("rhythm: daily", "rhythm: weekly"))


def end(house: House, day: str) -> None:
    house.edit("flis/agreement.yml", FROM, f"valid_to: {day}\n{FROM}")


def refusal(house: House, on: date) -> RecordError:
    with pytest.raises(RecordError) as refused:
        load_agreement(house.expectations, "flis", on=on)
    return refused.value


def test_the_version_whose_days_hold_counts(house: House) -> None:
    end(house, "2026-12-31")
    follow(house, "2027-01-01")
    assert load_agreement(house.expectations, "flis", on=date(2026, 12, 31)).terms.rhythm == "daily"
    later = load_agreement(house.expectations, "flis", on=date(2027, 1, 1))
    assert (later.terms.rhythm, later.terms.version) == ("weekly", 9)
    assert later.sha256 != load_agreement(house.expectations, "flis", on=date(2026, 12, 31)).sha256


def test_versions_that_overlap_are_refused(house: House) -> None:
    end(house, "2027-01-01")
    follow(house, "2027-01-01")
    error = refusal(house, date(2026, 6, 1))
    assert error.where.startswith("expectations/flis/agreement-next.yml:") and "still holds" in error.what
    house.edit("flis/agreement.yml", "valid_to: 2027-01-01\n", "")
    assert "still holds" in refusal(house, date(2026, 6, 1)).what, "a version without an end holds until told"


def test_a_later_version_has_a_higher_number(house: House) -> None:
    end(house, "2026-12-31")
    follow(house, "2027-01-01", version=1)
    assert "raise `version`" in refusal(house, date(2026, 6, 1)).remedy


def test_an_expired_agreement_and_one_to_come_are_refused_and_stop_no_other(house: House) -> None:
    end(house, "2026-03-31")
    error = refusal(house, date(2026, 4, 1))
    assert "it expired on 2026-03-31" in error.what and error.where.endswith(tuple("0123456789"))
    assert "it begins on 2026-03-01" in refusal(house, date(2026, 2, 28)).what
    loaded = load_agreements(house.expectations, on=date(2026, 4, 1))
    assert list(loaded.errors) == ["flis"] and "sds_health" in loaded.by_recipient


def test_one_that_is_off_may_expire(house: House) -> None:
    end(house, "2026-03-31")
    house.edit("flis/agreement.yml", "status: on", "status: off")
    assert not load_agreement(house.expectations, "flis", on=date(2026, 4, 1)).is_on


@pytest.mark.parametrize(
    ("old", "new", "line_of", "what"),
    [
        ("      - sex_code", "      - sex_cod", "- sex_cod ", "`dim_citizen` has no column `sex_cod`"),
        ("  - model: fct_condition", "  - model: fct_conditions", "fct_conditions", "no mart `fct_conditions`"),
        (
            "      - cpr                          # CPR-nummer\n      - sor",
            "      - sex_code\n      - sor",
            "",
            "twice",
        ),
        ("legal_basis:", "legal_bases:", "legal_bases", "`legal_bases` is no field here"),
        ("retention: {days: 400", "retention: {days: 0", "retention", ">= 1"),
        (FROM, f"valid_to: 2026-02-01\n{FROM}", "valid_to", "ends before it begins"),
    ],
)
def test_what_can_not_be_agreed_on_is_refused_with_its_line(
    house: House, old: str, new: str, line_of: str, what: str
) -> None:
    house.edit("flis/agreement.yml", old, new)
    with pytest.raises(RecordError) as refused:
        load_agreement(house.expectations, "flis", described(DBT))
    assert what in refused.value.what
    file, _, line = refused.value.where.partition(" ")[0].partition(":")
    assert file == "expectations/flis/agreement.yml" and line.isdigit()
    lines = (house.expectations / "flis" / "agreement.yml").read_text().splitlines()
    assert line_of in lines[int(line) - 1]


def approvals(house: House, *rows: str) -> None:
    head = "municipality_code,approved_on,withdrawn_on,reference"
    (house.expectations / "flis" / "approvals.csv").write_text("\n".join([head, *rows]) + "\n")


def test_a_municipality_is_approved_from_its_day_until_it_withdraws(house: House) -> None:
    house.edit("flis/agreement.yml", "scope: all ", "scope: own ")
    approvals(house, "0461,2026-03-01,,KL 1", "0615,2026-03-02,2026-04-01,KL 2", "0615,2026-05-01,,KL 3")
    agreement = house.agreement()
    assert agreement.approved(date(2026, 3, 1)) == ("0461",)
    assert agreement.approved(date(2026, 3, 31)) == ("0461", "0615")
    assert agreement.approved(date(2026, 4, 1)) == ("0461",)
    assert agreement.of("0461").recipient == "flis/0461"


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("461,2026-03-01,,KL 1", "no municipality code"),
        ("0461,2026-02-30,,KL 1", "a date that is none"),
        ("0461,2026-03-01,,", "without a reference"),
        ("0461,2026-03-01,2026-02-01,KL 1", "before it was given"),
        ("0751,2026-04-01,,KL 1", "two approvals at a time"),
    ],
)
def test_a_broken_approval_is_refused_with_its_line(house: House, row: str, what: str) -> None:
    approvals(house, "0751,2026-03-01,,KL 0", row)
    with pytest.raises(RecordError, match=what) as refused:
        read_approvals(house.expectations / "flis")
    assert refused.value.where == "expectations/flis/approvals.csv:3"


def test_a_change_is_told_in_plain_words_and_what_lets_more_out_is_marked(house: House) -> None:
    git = ("git", "-c", "user.name=t", "-c", "user.email=t@t", "-C", str(house.root))
    subprocess.run(["git", "init", "-q", str(house.root)], check=True)
    subprocess.run([*git, "add", "expectations"], check=True)
    subprocess.run([*git, "commit", "-qm", "before"], check=True)
    house.edit("flis/agreement.yml", "      - closed_on ", "      - known_from_at\n#")
    house.edit("sds_health/agreement.yml", "status: on", "status: off")
    told = io.StringIO()
    assert diff_agreements(house.expectations, DBT, "HEAD", "da", told) == 0
    lines = told.getvalue().splitlines()
    assert "! flis: fct_condition: feltet `known_from_at` kommer med" in lines
    assert "  flis: fct_condition: feltet `closed_on` bortfalder" in lines
    assert "! flis: HUSK: aftalen er ændret, men `version` er den samme" in lines
    assert "  sds_health: SLÅET FRA" in lines
    assert diff_agreements(house.expectations, DBT, "no-such", "da", told) == 2


def test_what_is_on_file_is_listed_and_what_can_not_be_read_is_said(house: House) -> None:
    house.edit("flis/agreement.yml", "rhythm: daily", "rhythm: often")
    told = io.StringIO()
    assert show_agreements(house.expectations, DBT, told) == 1
    assert "sds_health    on " in told.getvalue() and "✗ flis: expectations/flis/agreement.yml:" in told.getvalue()
