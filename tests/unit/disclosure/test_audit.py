"""Each test is one promise of the audit: every figure is attacked once by each attacker, and a leak is told of each day."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from orchestration.disclosure import audit as audited
from orchestration.disclosure.audit import audit
from orchestration.disclosure.decisions import SCHEMA, with_new
from tests.unit.disclosure.test_decisions import publishable

COLUMNS = [
    "indicator_id", "snapshot_key", "period_kind_code", "period_start_on", "area_kind_code", "area_code", "age_band_code", "numerator",
    "denominator", "citizen_count", "region_code", "kind_code", "is_personal", "min_denominator_count", "min_numerator_count",
    "min_citizen_count", "is_new",
]  # fmt: skip


@pytest.fixture
def frozen() -> Iterator[duckdb.DuckDBPyConnection]:
    """The figures of one vintage, decided on."""
    rows = publishable(4)
    figures = pa.table(dict(zip(COLUMNS, map(list, zip(*rows, strict=True)), strict=True)))  # noqa: F841  read by DuckDB
    decided = with_new(rows, SCHEMA.empty_table())  # noqa: F841
    with duckdb.connect() as connection:
        connection.execute("create schema indicators")
        connection.execute("create table indicators.int_indicator__publishable as from figures")
        connection.execute("create table indicators.ind_disclosure as from decided")
        yield connection


@pytest.fixture
def attacks(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The attacks that are made, while the attacker is the real one."""
    made: list[object] = []
    attack = audited.attack

    def counted(system: object) -> object:
        made.append(system)
        return attack(system)  # type: ignore[arg-type]

    monkeypatch.setattr(audited, "attack", counted)
    return made


def test_what_withstood_is_not_attacked_again_and_is_told_of_as_before(
    frozen: duckdb.DuckDBPyConnection, attacks: list[object], tmp_path: Path
) -> None:
    first = audit(frozen, tmp_path / "passed.json")
    assert first.worked_out == {"A05": 0} and first.bare["A05"] > 0 and len(attacks) == 2
    assert audit(frozen, tmp_path / "passed.json") == first
    assert len(attacks) == 2


def test_a_figure_that_changed_and_a_record_that_is_damaged_are_attacked(
    frozen: duckdb.DuckDBPyConnection, attacks: list[object], tmp_path: Path
) -> None:
    audit(frozen, tmp_path / "passed.json")
    frozen.execute("update indicators.int_indicator__publishable set is_new = false")
    audit(frozen, tmp_path / "passed.json")
    assert len(attacks) == 2, "whether a figure is new is not a figure"
    (tmp_path / "passed.json").write_bytes(b"{")
    audit(frozen, tmp_path / "passed.json")
    assert len(attacks) == 4
    frozen.execute("update indicators.int_indicator__publishable set denominator = denominator * 2")
    audit(frozen, tmp_path / "passed.json")
    assert len(attacks) == 6


def test_a_leak_is_told_of_until_it_is_mended(
    frozen: duckdb.DuckDBPyConnection, attacks: list[object], tmp_path: Path
) -> None:
    audit(frozen, tmp_path / "passed.json")
    frozen.execute("create table decided as from indicators.ind_disclosure")
    frozen.execute("update indicators.ind_disclosure set state_code = 'value' where reason_code = 'secondary'")
    for _ in range(2):
        assert audit(frozen, tmp_path / "passed.json").worked_out["A05"] > 0
    assert len(attacks) == 6
    frozen.execute("create or replace table indicators.ind_disclosure as from decided")
    assert audit(frozen, tmp_path / "passed.json").worked_out == {"A05": 0}
    assert len(attacks) == 6, "these figures withstood it before"
