"""One test is one promise of releases that tell changes: the recipient that applies each of them holds the snapshot."""

from pathlib import Path

import duckdb
import pytest

from orchestration.publishing.home import latest
from orchestration.publishing.manifest import Manifest, read_manifest
from orchestration.publishing.outcome import Released, Unchanged
from orchestration.publishing.verification import inspect, verify
from tests.unit.publishing.applying import apply_changes
from tests.unit.publishing.conftest import CANARY, House

TABLES = ("dim_citizen", "fct_condition", "fct_planned_intervention")


class Recipient:
    """Reads each release once, in order, and puts its changes upon what it holds."""

    def __init__(self, house: House) -> None:
        self.house, self.connection, self.manifests = house, duckdb.connect(), []

    def receive(self) -> Manifest:
        folder = latest(self.house.releases, "flis")
        assert folder is not None and verify(folder) == ()
        told = read_manifest(folder)
        assert told is not None and inspect(folder, told) == ()
        self.manifests.append(told)
        terms = self.house.agreement().terms
        for product in told.products:
            if product.changes is None:
                continue
            if product.changes.since is None:
                self.connection.execute(
                    f"create or replace table {product.model} as "
                    f"select * exclude (operation) from read_parquet('{folder / product.file}') where false"
                )
            else:
                assert product.changes.since == self.manifests[-2].release_id
            apply_changes(self.connection, terms.product(product.model), product.model, folder / product.file)
        return told

    def rows(self, model: str, where: str = "true") -> list[tuple[object, ...]]:
        return self.connection.execute(f"select * from {model} where {where} order by all").fetchall()

    def snapshot(self, model: str, where: str = "true") -> list[tuple[object, ...]]:
        candidate = self.house.candidates / "flis" / f"{model}.parquet"
        query = f"select * from read_parquet('{candidate}') where {where} order by all"
        return duckdb.connect().execute(query).fetchall()


@pytest.fixture
def told(house: House) -> House:
    """A house whose FLIS gets changes."""
    path = house.expectations / "flis" / "agreement.yml"
    path.write_text(path.read_text().replace("    kind: municipal\n", "    kind: municipal\n    mode: changes\n"))
    house.slim("cpr.wellformed")
    return house


def test_all_changes_together_are_the_snapshot_release_after_release(told: House) -> None:
    recipient = Recipient(told)
    assert isinstance(told.release(hour=6), Released)
    first = recipient.receive()
    assert all(p.changes is None or (p.changes.since, p.changes.changed) == (None, 0) for p in first.products)
    key = told.nation.citizen("0461", "nursing")
    told.nation.sql("update marts.fct_condition set severity_level = 4 where citizen_key = 'k00001'")
    told.nation.sql("delete from marts.fct_planned_intervention where citizen_key = 'k00002'")
    assert isinstance(told.release(hour=7), Released)
    second = recipient.receive()
    counts = {p.model: (p.changes.new, p.changes.changed, p.changes.withdrawn) for p in second.products if p.changes}
    assert counts == {"dim_citizen": (1, 0, 0), "fct_condition": (1, 2, 0), "fct_planned_intervention": (1, 0, 1)}
    told.nation.sql("delete from marts.fct_condition where citizen_key = ?", [key])
    told.release(hour=8)
    recipient.receive()
    for model in TABLES:
        assert recipient.rows(model) == recipient.snapshot(model) != []


def test_nothing_new_makes_no_release(told: House) -> None:
    told.release(hour=6)
    assert isinstance(told.release(hour=7), Unchanged)
    assert isinstance(told.release(hour=8), Unchanged)


def test_who_is_withheld_keeps_what_was_told_and_catches_up(told: House) -> None:
    recipient = Recipient(told)
    told.release(hour=6)
    recipient.receive()
    before = recipient.rows("fct_condition", "municipality_code = '0615'")
    bad = told.nation.citizen("0615", "nursing", cpr="9999999999")
    told.nation.citizen("0461", "nursing")
    told.release(hour=7)
    assert recipient.receive().withheld_codes == ["0615"]
    assert recipient.rows("fct_condition", "municipality_code = '0615'") == before, "no change is not a withdrawal"
    told.nation.sql("update intermediate.int_citizen__identity set cpr = ? where citizen_key = ?", [CANARY, bad])
    told.release(hour=8)
    assert recipient.receive().withheld_codes == []
    for model in TABLES:
        assert recipient.rows(model) == recipient.snapshot(model)


@pytest.mark.parametrize("what", ["withdrawn", "damaged", "forgotten"])
def test_where_the_former_release_can_not_be_built_upon_all_is_told_anew(told: House, what: str) -> None:
    recipient = Recipient(told)
    told.release(hour=6)
    recipient.receive()
    told.nation.citizen("0461", "nursing")
    told.release(hour=7)
    spoil(told, what)
    told.nation.citizen("0751", "home_care")
    told.release(hour=8)
    third = recipient.receive()
    assert all(p.changes is None or p.changes.since is None for p in third.products)
    for model in TABLES:
        assert recipient.rows(model) == recipient.snapshot(model)


def spoil(house: House, what: str) -> None:
    folder = latest(house.releases, "flis")
    assert folder is not None
    if what == "damaged":
        (folder / "fct_condition.parquet").unlink()
    elif what == "forgotten":
        (house.candidates / "flis" / "held" / folder.name / "held.json").unlink()
    else:
        from orchestration.publishing.withdrawal import withdraw

        withdraw(house.releases, "flis", folder.name, "a test", house.publisher, now=told_at(house))


def told_at(house: House) -> object:
    from tests.unit.publishing.conftest import at

    return at(7)


def test_the_gate_holds_a_candidate_against_what_the_recipient_holds(told: House, tmp_path: Path) -> None:
    """The former rows of a table of changes are all that the recipient has, not the last day's."""
    from orchestration.publishing.former import read_former

    told.release(hour=6)
    told.nation.citizen("0461", "nursing")
    told.release(hour=7)
    candidate = told.candidate()
    former = read_former(told.releases, candidate)
    product = next(p for p in candidate.products if p.model == "fct_condition")
    assert duckdb.connect().execute(f"select count(*) from ({former.query(product)})").fetchall() == [(product.rows,)]
