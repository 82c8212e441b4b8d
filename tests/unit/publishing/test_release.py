"""One test is one promise of a release: whole or not there, named, verifiable, and new only when something is new."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

from orchestration.publishing.candidate import read_candidate
from orchestration.publishing.home import latest
from orchestration.publishing.manifest import read_manifest
from orchestration.publishing.release import release
from orchestration.publishing.report import read_report
from orchestration.publishing.verification import verify

ROOT = Path(__file__).parents[3]
MODELS = ("dim_citizen", "fct_condition", "fct_planned_intervention")


def test_a_release_is_whole_named_and_verifiable(house) -> None:
    result = house.release("flis")
    assert result.status == "released"
    assert result.directory == latest(house.releases, "flis")
    assert result.directory.name == result.manifest.release_id
    assert result.manifest.release_id == f"20260305T100000Z-{result.manifest.content_digest[:8]}"
    assert verify(result.directory) == ()
    assert read_manifest(result.directory) == result.manifest
    told = json.loads((result.directory / "manifest.json").read_text())
    assert told["agreement"]["id"] == "klg-flis" and told["agreement"]["version"] == 1
    assert told["source_submissions"]["last_submission_id"] == "s3"
    assert told["software_version"] == "0.1.0"
    assert told["municipalities"]["0461"] == {"dim_citizen": 3, "fct_condition": 4, "fct_planned_intervention": 4}
    for product in told["products"]:
        assert product["rows"] == len(house.rows(result.directory / product["file"]))
        assert product["gate"] and all(outcome["released"]["success"] for outcome in product["gate"])


def test_a_bad_municipality_is_withheld_from_all_products_and_the_others_are_released(house) -> None:
    house.nation.sql("update marts.fct_condition set recorded_on = '2099-01-01' where municipality_code = '0615'")
    for recipient in ("flis", "sds_health"):
        result = house.release(recipient)
        assert result.status == "released"
        for model in MODELS:
            codes = {code for (code,) in house.rows(result.directory / f"{model}.parquet", "municipality_code")}
            assert codes == {"0461", "0751"}
        assert len(house.rows(result.directory / "dim_municipality.parquet")) == 98
        (withheld,) = result.manifest.withheld_municipalities
        assert withheld.municipality_code == "0615"
        assert withheld.failures[0].expectation_id == "recorded_on.not_in_the_future"
        assert "oprettet efter" in withheld.failures[0].reason.da
        assert sorted(result.manifest.municipalities) == ["0461", "0751"]
        assert verify(result.directory) == ()


def test_a_gate_that_fails_leaves_the_former_release_and_a_record(house) -> None:
    house.slim("recorded_on.not_in_the_future")
    former = house.release("flis").directory
    before = {path.name: path.read_bytes() for path in former.iterdir()}
    house.nation.sql("update marts.fct_condition set recorded_on = '2099-01-01'")
    result = house.release("flis", 11)
    assert result.status == "refused"
    assert latest(house.releases, "flis") == former
    assert {path.name: path.read_bytes() for path in former.iterdir()} == before
    record = json.loads(result.record.read_text())
    assert result.record.parent.name == "failed" and result.record.name.startswith("20260305T110000Z-")
    assert record["refusals"][0]["code"] == "gate.not_of_a_municipality"
    assert record["gate"]["candidate_digest"]


def test_unchanged_content_makes_no_new_release(house) -> None:
    house.slim()
    first = house.release("flis")
    second = house.release("flis", 11)
    assert second.status == "unchanged"
    assert second.directory == first.directory
    assert [path.name for path in (house.releases / "flis").iterdir() if path.name[0] == "2"] == [first.directory.name]


def test_new_content_a_new_version_or_another_withheld_list_makes_one(house) -> None:
    house.slim("sex_code.listed")
    first = house.release("flis")
    house.nation.citizen("0751", "nursing")
    second = house.release("flis", 11)
    assert second.status == "released" and second.manifest.supersedes == first.manifest.release_id
    house.edit("flis/agreement.yml", "version: 1", "version: 2")
    third = house.release("flis", 12)
    assert third.status == "released" and third.manifest.agreement.version == 2
    house.nation.sql("update marts.dim_citizen set sex_code = 'x' where municipality_code = '0615'")
    fourth = house.release("flis", 13)
    assert fourth.status == "released" and fourth.manifest.withheld_codes == ["0615"]


def test_two_installations_make_identical_bytes(house, warehouse, tmp_path) -> None:
    other = type(house)(tmp_path / "other", warehouse) if (tmp_path / "other").mkdir() is None else None
    for one in (house, other):
        one.slim("recorded_on.not_in_the_future")
        one.nation.sql("update marts.fct_condition set recorded_on = '2099-01-01' where municipality_code = '0615'")
    first, second = house.release("flis").directory, other.release("flis").directory
    assert first.name == second.name
    for path in first.glob("*.parquet"):
        assert path.read_bytes() == (second / path.name).read_bytes()


def test_a_candidate_or_agreement_changed_since_the_gate_is_refused(house) -> None:
    house.slim()
    house.release("flis")
    candidate, report = read_candidate(house.candidates, "flis"), read_report(house.candidates, "flis")
    agreement = house.agreement("flis")
    given = {"publisher": house.publisher, "now": report.judged_at}
    path = candidate.path(candidate.products[1])
    path.write_bytes(path.read_bytes() + b"x")
    refused = release(candidate, report, agreement, house.releases, **given)
    assert [r.code for r in refused.refusals] == ["candidate.changed"]
    other = dataclasses.replace(report, candidate_digest="0" * 64)
    assert release(candidate, other, agreement, house.releases, **given).refusals[0].code == "candidate.changed"
    house.edit("flis/agreement.yml", "  da: Aftale", "  da: Ny aftale")
    changed = release(candidate, report, house.agreement("flis"), house.releases, **given)
    assert changed.refusals[0].code == "agreement.changed"
    house.edit("flis/agreement.yml", "status: on", "status: off")
    assert (
        release(candidate, report, house.agreement("flis"), house.releases, **given).refusals[0].code == "agreement.off"
    )


def test_a_damaged_latest_is_replaced_and_named(house) -> None:
    house.slim()
    damaged = house.release("flis").directory
    (damaged / "dim_citizen.parquet").unlink()
    healed = house.release("flis", 11)
    assert healed.status == "released"
    assert healed.notes == (f"{damaged.name}: dim_citizen.parquet is missing",)
    assert latest(house.releases, "flis") == healed.directory


def test_killed_at_random_points_nothing_half_is_visible() -> None:
    """Real processes are killed (SIGKILL) at calls that change the disk, or by the clock; `tests/faults/release.py` tells more."""
    command = [sys.executable, "-m", "tests.faults.release", "--kills", "16", "--seed", "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "16 kills, seed 7: 0 faults" in done.stdout
