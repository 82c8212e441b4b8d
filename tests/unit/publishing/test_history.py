"""One test is one promise of what is kept of the gates: a row per expectation and candidate, once, whole, without values."""

from dataclasses import replace
from datetime import timedelta

import duckdb

from orchestration.publishing.history import RUNS, history_path, keep
from tests.unit.publishing.conftest import at


def test_a_judgement_is_kept_once_and_the_trend_shows_where_things_go(house) -> None:
    gates = house.root / "gates"
    house.slim("recorded_on.not_in_the_future", "is_entered_in_error.rare")
    good = house.gate("flis")
    house.nation.sql("update marts.fct_condition set recorded_on = '2099-01-01' where municipality_code = '0615'")
    house.nation.sql("update marts.fct_condition set is_entered_in_error = true where municipality_code = '0461'")
    bad = replace(house.gate("flis"), judged_at=at(11))
    keep(good, gates)
    keep(bad, gates)
    trend = keep(bad, gates)
    path = history_path(gates, "flis")
    count = sum(len(product.outcomes) for product in good.products)
    rows = duckdb.sql(f"select * from '{path}'").fetchall()
    assert len(rows) == 2 * count, "the second judgement twice, kept once"
    assert [(p.not_held, p.warnings, p.withheld) for p in trend.points] == [(0, 0, 0), (1, 1, 1)]
    assert trend.failing["fct_condition", "recorded_on.not_in_the_future"] == (0, 4)
    named = f"select municipality_codes from '{path}' where expectation_id = 'is_entered_in_error.rare' and not holds_on_all"
    assert duckdb.sql(named).fetchall() == [(["0461"],)]


def test_a_history_that_is_damaged_is_set_aside_and_begun_anew(house) -> None:
    house.slim()
    report, gates = house.gate("sds_health"), house.root / "gates"
    keep(report, gates)
    path = history_path(gates, "sds_health")
    path.write_bytes(path.read_bytes()[:40])
    assert len(keep(report, gates).points) == 1
    assert path.with_suffix(".damaged").exists()


def test_a_trend_is_of_the_latest_judgements(house) -> None:
    house.slim()
    report, gates = house.gate("sds_health"), house.root / "gates"
    for n in range(RUNS + 3):
        later = replace(report, candidate_digest=f"{n:064}", judged_at=at(9) + timedelta(days=n))
        trend = keep(later, gates)
    assert len(trend.points) == RUNS
    assert trend.points[-1].judged_at == at(9) + timedelta(days=RUNS + 2)
