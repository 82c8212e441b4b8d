"""One test is one promise about what a benchmark writes down."""

from tests.bench.day_table import in_megabytes


def test_no_size_has_the_ten_digits_of_a_cpr_number() -> None:
    told = {"bytes": 1_582_000_000, "stages": [{"name": "raw", "peak": 1_112_278_016, "rows": 5}]}
    assert in_megabytes(told) == {"bytes_mb": 1582.0, "stages": [{"name": "raw", "peak_mb": 1112.278, "rows": 5}]}
