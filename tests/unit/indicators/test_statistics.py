"""Each test holds a formula to figures worked out elsewhere, by hand or in the literature."""

import pytest

from orchestration.indicators.preview import funnel
from tests.pipeline.indicator_truth.statistics import wilson


@pytest.mark.parametrize(
    ("above", "below", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_is_that_of_newcombe(above: int, below: int, low: float, high: float) -> None:
    """Newcombe (1998), table I, method 3."""
    assert wilson(above, below) == pytest.approx((low, high), abs=5e-5)


def test_a_funnel_in_text_shows_where_the_outermost_lie() -> None:
    assert funnel(2.0, 4.0, 1.0, 3.0, 5.0) == "`·    [    |    ]    ·`"
    assert funnel(None, 4.0, 1.0, 3.0, 5.0) == ""
