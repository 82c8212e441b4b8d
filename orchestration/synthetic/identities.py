"""One identity is nobody's: a CPR number that was never given, a SOR code for tests, an id made from a name."""

from datetime import date
from hashlib import sha1
from typing import Literal
from uuid import UUID

NAMESPACE = UUID("5f1d3f0e-6b1c-5a52-9b0e-0461075108d1")
"""Of every synthetic id; a change of it changes every id in the samples."""
SALT = NAMESPACE.bytes
VARIANT = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}
"""The first digit of a uuid's fourth group, from the one of the hash: two bits say that it is of RFC 4122."""
CPR_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
LAST_BIRTH_YEAR = 1967

Sex = Literal["female", "male"]


def stable_id(*names: str) -> str:
    """The same lower-case uuid for the same names, on any machine: uuid5, written out because a nation needs millions."""
    text = sha1(SALT + "/".join(names).encode(), usedforsecurity=False).hexdigest()
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{VARIANT[text[16]]}{text[17:20]}-{text[20:32]}"


def sor_code_for_tests(municipality_code: str) -> str:
    """The SOR code that stands for a municipality in tests: 99999 + its four characters + 000001 (15 digits)."""
    return f"99999{municipality_code}000001"


def invented_cpr(born: date, sex: Sex, nth: int = 0) -> str:
    """The `nth` ten-digit CPR number of that birth date and sex that can belong to nobody.

    It fails modulus 11, and the birth date is before 1968 and not 1 January: numbers that fail modulus 11 are given out
    only since 2007, and only for birth dates whose ordinary numbers have run out, as those of 1 January have.

    Raises:
        ValueError: the birth date is outside that rule, or all numbers of the date are used up.
    """
    if not 1900 <= born.year <= LAST_BIRTH_YEAR or (born.month, born.day) == (1, 1):
        raise ValueError("an invented citizen is born 1900-1967 and not on 1 January")
    first = 0 if sex == "female" else 1
    for serial in range(first, 4000, 2):  # digit 7 is 0-3: born in the 1900s; digit 10 odd: male
        cpr = f"{born:%d%m%y}{serial:04d}"
        if not passes_modulus_11(cpr):
            if nth == 0:
                return cpr
            nth -= 1
    raise ValueError("all invented numbers of this birth date are used up")


def passes_modulus_11(cpr: str) -> bool:
    """Whether the ten digits fulfil the control that every CPR number fulfilled until 2007."""
    return sum(w * int(digit) for w, digit in zip(CPR_WEIGHTS, cpr, strict=True)) % 11 == 0


def is_invented(cpr: str) -> bool:
    """Whether a ten-digit number follows the rule of `invented_cpr`, so that it can stand in this repository."""
    try:
        born = date(1900 + int(cpr[4:6]), int(cpr[2:4]), int(cpr[:2]))
    except ValueError:
        return False
    in_the_1900s = cpr[6] in "0123"
    return in_the_1900s and born.year <= LAST_BIRTH_YEAR and cpr[:4] != "0101" and not passes_modulus_11(cpr)
