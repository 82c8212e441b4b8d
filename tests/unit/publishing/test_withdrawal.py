"""One test is one promise of taking a release back, of removing old ones, and of what a changed schema needs."""

import json
import shutil
from datetime import timedelta

import pytest

from orchestration.cli import main
from orchestration.publishing.audit_check import check_audit
from orchestration.publishing.extract import write_candidate
from orchestration.publishing.gate import run_gate
from orchestration.publishing.home import latest, releases_in
from orchestration.publishing.manifest import read_manifest, read_withdrawal
from orchestration.publishing.pull import pull
from orchestration.publishing.release import release
from orchestration.publishing.retention import outdated
from orchestration.publishing.terms import Retention
from orchestration.publishing.verification import verify
from orchestration.publishing.withdrawal import WithdrawalError, withdraw
from orchestration.warehouse import connect
from tests.unit.publishing.conftest import at


def events(house) -> list[str]:
    return [entry.event for entry in house.publisher.audit.entries()]


def take_back(house, release_id: str, reason: str = "Forkerte datoer", hour: int = 10):
    return withdraw(house.releases, "flis", release_id, reason, house.publisher, now=at(hour))


def test_a_withdrawn_release_is_gone_and_a_signed_notice_stands_there(released) -> None:
    directory = latest(released.releases, "flis")
    before = read_manifest(directory)
    done = take_back(released, directory.name)
    assert done.is_new and done.was_latest
    assert sorted(path.name for path in directory.iterdir()) == ["withdrawn.json", "withdrawn.json.sig"]
    told = json.loads((directory / "withdrawn.json").read_text())
    assert (told["reason"], told["content_digest"]) == ("Forkerte datoer", before.content_digest)
    assert "Brug den ikke" in told["text"]["da"] and "Do not use it" in told["text"]["en"]
    assert [fault.en for fault in verify(directory)] == ["withdrawn 2026-03-05: Forkerte datoer. Do not use it"]
    (directory / "withdrawn.json").write_text(json.dumps(told | {"reason": "ingen"}))
    assert "withdrawn.json is not the one that was signed" in [fault.en for fault in verify(directory)]
    assert events(released)[-1] == "withdrawn"


def test_latest_stays_on_the_notice_and_leads_nobody_back_in_time(released) -> None:
    former, now = releases_in(released.releases / "flis")
    take_back(released, now.name)
    assert latest(released.releases, "flis") == now
    assert not list(now.glob("*.parquet")) and verify(former) == ()


def test_an_older_release_can_be_withdrawn_and_latest_stays(released) -> None:
    former, now = releases_in(released.releases / "flis")
    assert not take_back(released, former.name).was_latest
    assert latest(released.releases, "flis") == now and verify(now) == ()


def test_twice_is_once_and_the_first_reason_stays(released) -> None:
    name = latest(released.releases, "flis").name
    take_back(released, name)
    again = take_back(released, name, "Noget andet", 11)
    assert not again.is_new and again.record.reason == "Forkerte datoer"
    assert events(released).count("withdrawn") == 1


def test_a_damaged_release_can_be_withdrawn(released) -> None:
    directory = latest(released.releases, "flis")
    (directory / "manifest.json").write_text("{")
    take_back(released, directory.name)
    assert read_withdrawal(directory).content_digest is None
    assert released.release("flis", 11).manifest.supersedes == directory.name


def test_the_next_release_replaces_it_but_not_with_the_same_content(released) -> None:
    withdrawn = latest(released.releases, "flis")
    take_back(released, withdrawn.name)
    refused = released.release("flis", 11)
    assert [one.code for one in refused.refusals] == ["release.withdrawn"]
    assert "Forkerte datoer" in refused.refusals[0].text.da
    assert latest(released.releases, "flis") == withdrawn
    released.nation.sql("update marts.fct_condition set recorded_on = '2026-02-28'")
    done = released.release("flis", 12)
    assert done.status == "released" and done.manifest.supersedes == withdrawn.name and done.notes == ()
    assert latest(released.releases, "flis") == done.directory
    assert check_audit(released.publisher.audit, released.releases)[1] == ()


def test_withdrawn_by_mistake_it_comes_again_under_a_new_version_of_the_agreement(released) -> None:
    withdrawn = latest(released.releases, "flis")
    take_back(released, withdrawn.name)
    released.edit("flis/agreement.yml", "version: 1", "version: 2")
    done = released.release("flis", 11)
    assert done.status == "released" and done.manifest.supersedes == withdrawn.name


@pytest.mark.parametrize("reason", ["", "  ", "borger 2502411111 er med", "250241-1111"])
def test_a_reason_is_given_and_names_nobody(released, reason) -> None:
    with pytest.raises(WithdrawalError, match="reason"):
        take_back(released, latest(released.releases, "flis").name, reason)
    assert "withdrawn" not in events(released)


@pytest.mark.parametrize("recipient, name", [("flis", "20260101T000000Z-00000000"), ("dst", "x"), ("../keys", "flis")])
def test_what_is_not_there_can_not_be_withdrawn(released, recipient, name) -> None:
    with pytest.raises(WithdrawalError, match="no release"):
        withdraw(released.releases, recipient, name, "Fejl", released.publisher, now=at(10))


def test_the_command_withdraws_and_makes_the_catalogue_anew(released, monkeypatch, capsys) -> None:
    monkeypatch.setattr("orchestration.settings.settings", lambda: released)
    released.releases_dir = released.releases
    monkeypatch.setattr("orchestration.publishing.here.publisher_here", lambda: released.publisher)
    name = latest(released.releases, "flis").name
    assert main(["release", "withdraw", "flis", name, "--reason", "Forkert måned"]) == 0
    assert "trukket tilbage · withdrawn: Forkert måned" in capsys.readouterr().out
    assert "Forkert måned" in (released.releases / "index.html").read_text()
    assert main(["release", "withdraw", "flis", "nothing", "--reason", "x y"]) == 2


def test_retention_keeps_the_newest_the_young_the_latest_and_notices_for_a_year(released) -> None:
    home = released.releases / "flis"
    first, second = releases_in(home)
    later = at(10) + timedelta(days=40)
    assert outdated(home, Retention(days=30, releases=1), later) == [first]
    assert outdated(home, Retention(days=30, releases=2), later) == []
    assert outdated(home, Retention(days=50, releases=1), later) == []
    take_back(released, first.name)
    assert outdated(home, Retention(days=30, releases=1), later) == []
    assert outdated(home, Retention(days=30, releases=1), later + timedelta(days=400)) == [first]
    take_back(released, second.name)
    assert outdated(home, Retention(days=1, releases=1), later + timedelta(days=400)) == [first], "never the latest"


def test_a_release_prunes_what_its_agreement_no_longer_keeps_and_says_so(released) -> None:
    first, _ = releases_in(released.releases / "flis")
    released.edit("flis/agreement.yml", "{days: 400, releases: 30}", "{days: 3, releases: 2}")
    released.nation.citizen("0461", "nursing")
    assert released.release("flis", 10, day=6).pruned == ()
    released.nation.citizen("0461", "nursing")
    done = released.release("flis", 10, day=9)
    assert done.pruned[0] == first.name and not first.exists()
    assert events(released)[-len(done.pruned) :] == ["pruned"] * len(done.pruned)
    assert check_audit(released.publisher.audit, released.releases)[1] == ()


def columns_gone(house, column: str) -> None:
    """Take a column out of FLIS's first table."""
    house.edit("flis/agreement.yml", f"      - {column} ", f"      # {column} ")


def test_a_removed_column_needs_a_new_version_of_its_table(released) -> None:
    columns_gone(released, "first_reported_on")
    former = latest(released.releases, "flis")
    refused = released.release("flis", 10)
    assert [one.code for one in refused.refusals] == ["schema.version"]
    assert "dim_citizen.first_reported_on (removed)" in refused.refusals[0].text.en
    assert latest(released.releases, "flis") == former
    released.edit("flis/agreement.yml", "  - model: dim_citizen\n", "  - model: dim_citizen\n    version: 2\n")
    done = released.release("flis", 11)
    (change,) = done.manifest.schema_changes
    assert (change.model, change.column, change.change, change.level) == (
        "dim_citizen", "first_reported_on", "removed", "major"
    )  # fmt: skip
    assert {p.model: p.version for p in done.manifest.products}["dim_citizen"] == "2.0"


def test_an_added_column_is_minor_and_a_retyped_one_is_major(released) -> None:
    released.nation.sql("alter table marts.dim_municipality add column area_km2 double")
    released.edit("flis/agreement.yml", "      - population_on ", "      - area_km2\n      - population_on ")
    done = released.release("flis", 10)
    (change,) = done.manifest.schema_changes
    assert (change.column, change.change, change.level, change.after) == ("area_km2", "added", "minor", "DOUBLE")
    assert {p.model: p.version for p in done.manifest.products}["dim_municipality"] == "1.1"
    released.nation.sql("alter table marts.dim_municipality alter area_km2 type integer")
    refused = released.release("flis", 11)
    assert "dim_municipality.area_km2 (retyped)" in refused.refusals[0].text.en
    take_back(released, done.directory.name, hour=12)
    assert released.release("flis", 13).refusals[0].code == "schema.version", "also after a withdrawal"


def test_a_table_that_goes_needs_a_new_version_of_the_agreement(released) -> None:
    path = released.expectations / "flis" / "agreement.yml"
    text = path.read_text()
    path.write_text(text[: text.index("  - model: dim_municipality")])
    assert "dim_municipality (removed)" in released.release("flis", 10).refusals[0].text.en
    released.edit("flis/agreement.yml", "version: 1", "version: 2")
    assert released.release("flis", 11).manifest.schema_changes[0].change == "removed"


def test_a_former_release_that_can_not_be_read_stops_nobody_and_is_named(released) -> None:
    former = latest(released.releases, "flis")
    shutil.rmtree(former)
    done = released.release("flis", 10)
    assert done.status == "released" and done.manifest.supersedes == former.name
    assert done.notes == (f"{former.name}: manifest.json is missing or can't be read",)
    assert [f.en for f in check_audit(released.publisher.audit, released.releases)[1]] == [
        f"flis/{former.name} is gone, and the log does not say why"
    ]


def test_a_recipient_within_one_has_a_home_of_its_own(released, tmp_path) -> None:
    """municipality/0461: released, logged, verified, pulled and withdrawn as any other."""
    own = released.agreement("flis").of("0461")
    with connect(released.nation.path, read_only=True) as connection:
        candidate = write_candidate(connection, own, released.candidates)
    report = run_gate(candidate, own, released.releases, now=at(10))
    done = release(candidate, report, own, released.releases, released.publisher, now=at(10))
    assert done.directory.parent == released.releases / "flis" / "0461" and done.manifest.recipient == "flis/0461"
    assert verify(done.directory) == verify(latest(released.releases, "flis")) == ()
    assert pull(released.releases, "flis/0461", tmp_path).directory == tmp_path / "flis" / "0461" / done.directory.name
    assert check_audit(released.publisher.audit, released.releases)[1] == ()
    shutil.copytree(done.directory, done.directory.with_name("20260101T000000Z-00000000"))
    assert len(check_audit(released.publisher.audit, released.releases)[1]) == 1, "one that has no line"
    shutil.rmtree(done.directory.with_name("20260101T000000Z-00000000"))
    withdraw(released.releases, "flis/0461", done.directory.name, "Prøve", released.publisher, now=at(11))
    assert check_audit(released.publisher.audit, released.releases)[1] == ()
    assert verify(latest(released.releases, "flis")) == ()
