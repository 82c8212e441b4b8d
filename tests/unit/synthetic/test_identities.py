"""One test proves one thing about the identities of invented citizens: above all that they can belong to nobody."""

import gzip
import re
from datetime import date
from pathlib import Path

import pytest

from orchestration.synthetic.identities import (
    invented_cpr,
    is_invented,
    passes_modulus_11,
    sor_code_for_tests,
    stable_id,
)

REPOSITORY = Path(__file__).resolve().parents[3]
TEN_DIGITS = re.compile(rb"(?<![\w-])\d{10}(?![\w-])")
"""Ten digits that stand alone; ids have as many within them."""
SHIPPED = ("data/samples", "orchestration")
KINDS = {".json", ".ndjson", ".csv", ".yml", ".yaml", ".md", ".py", ".sql", ".html", ".js"}


def shipped_numbers() -> list[tuple[Path, str]]:
    found = []
    for folder in SHIPPED:
        for path in sorted((REPOSITORY / folder).rglob("*")):
            if "vendor" not in path.parts and path.is_file() and (path.suffix in KINDS or path.suffix == ".gz"):
                data = path.read_bytes()
                data = gzip.decompress(data) if path.suffix == ".gz" else data
                found += [(path, number.decode()) for number in TEN_DIGITS.findall(data)]
    return found


def test_every_cpr_that_ships_is_invented() -> None:
    numbers = shipped_numbers()
    assert len({number for _, number in numbers}) >= 24
    assert [path.as_posix() for path, number in numbers if not is_invented(number)] == []


@pytest.mark.parametrize("sex", ["female", "male"])
def test_invented_numbers_fail_modulus_11_and_tell_birth_date_and_sex(sex: str) -> None:
    for nth in range(50):
        cpr = invented_cpr(date(1938, 5, 17), sex, nth)  # type: ignore[arg-type]
        assert cpr[:6] == "170538"
        assert not passes_modulus_11(cpr)
        assert is_invented(cpr)
        assert int(cpr[9]) % 2 == (sex == "male")


def test_numbers_of_one_birth_date_differ() -> None:
    assert len({invented_cpr(date(1938, 5, 17), "male", nth) for nth in range(100)}) == 100


@pytest.mark.parametrize("born", [date(1940, 1, 1), date(1968, 3, 2), date(1899, 5, 5)])
def test_birth_dates_of_living_or_doubtful_numbers_are_refused(born: date) -> None:
    with pytest.raises(ValueError, match="born 1900-1967"):
        invented_cpr(born, "female")


def test_used_up_birth_dates_are_refused() -> None:
    with pytest.raises(ValueError, match="used up"):
        invented_cpr(date(1938, 5, 17), "female", 2000)


def test_what_is_not_invented() -> None:
    made = invented_cpr(date(1938, 5, 17), "female")
    assert not is_invented("0101" + made[4:])  # 1 January
    assert not is_invented("3102" + made[4:])  # no such day
    assert not is_invented(made[:6] + "9" + made[7:])  # born in the 2000s or after 1936
    passing = next(f"170538{serial:04d}" for serial in range(4000) if passes_modulus_11(f"170538{serial:04d}"))
    assert not is_invented(passing)


def test_sor_codes_and_ids_are_stable() -> None:
    assert sor_code_for_tests("0461") == "999990461000001"
    assert stable_id("0461-odense/pressure-ulcer", "ulcer") == "9a249c4f-e2f3-538b-a412-398ac0897198"
