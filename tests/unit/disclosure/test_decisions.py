"""Each test is one promise of what is decided when a vintage is frozen: whoever asks again gets the same answer."""

from datetime import date
from random import Random

from orchestration.disclosure.decisions import SCHEMA, with_new
from tests.unit.disclosure.test_attack import nation


def publishable(seed: int) -> list[tuple[object, ...]]:
    """Rows of `int_indicator__publishable`, all of them new."""
    return [
        (row.indicator, row.snapshot, row.period_kind, date.fromisoformat(row.period_start), row.area_kind, row.area, row.age_band,
         row.numerator, row.denominator, row.citizens, row.region, "share", True, 30, 5, 30, True)
        for row in nation(Random(seed))
    ]  # fmt: skip


def test_the_order_of_the_rows_decides_nothing() -> None:
    rows = publishable(0)
    decided = with_new(rows, SCHEMA.empty_table()).to_pylist()
    hidden = [row for row in decided if row["reason_code"] == "secondary"]
    assert hidden, "else nothing was chosen"
    for seed in range(3):
        Random(seed).shuffle(rows)
        again = with_new(rows, SCHEMA.empty_table()).to_pylist()
        assert sorted(map(str, again)) == sorted(map(str, decided))
