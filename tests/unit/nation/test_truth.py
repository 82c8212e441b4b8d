"""One test replays the delivered bytes by the rules of history, with other code, and finds what the truth says."""

import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest

from orchestration.conformance.check import check
from orchestration.conformance.tables import tables
from orchestration.conformance.verdict import Context
from orchestration.synthetic.codes import level
from orchestration.synthetic.identities import is_invented
from orchestration.synthetic.nation.plan import plan
from orchestration.synthetic.nation.population import test_citizens as listed_test_citizens
from orchestration.synthetic.nation.run import generate
from tests.unit.nation.reading import delivered

LOCAL = re.compile(rb'LocallyDefinedInterventions","code":"([^"]+)","display":"([^"]+)"')
LEVELS = {code: number for number in range(5) for code in (level(number).code, level(number).user_key)}


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nation") / "small"
    generate(plan(str(folder), seed=2, municipalities="12", citizens=500, days=24, faults=0.1))
    return folder


def rows(nation: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(nation / "truth" / f"{table}.parquet").to_pylist()
    return found


def replay(nation: Path, until: date) -> tuple[dict[tuple[str, str], Any], Counter[str]]:
    """Active conditions → level, by the rows that the checker flattens; and the states of the reports."""
    known: dict[str, bytes] = {}
    states: Counter[str] = Counter()
    versions: dict[tuple[str, str], list[tuple[Any, ...]]] = defaultdict(list)
    citizens: dict[tuple[str, str], list[tuple[Any, ...]]] = defaultdict(list)
    names = {table: [column.name for column in found.columns] for table, found in tables().items()}
    for order, (row, data) in enumerate(delivered(nation)):
        if row["sent_on"] > until:
            break
        code = row["municipality_code"]
        verdict = check(data, Context(frozenset({f"99999{code}000001"}), row["sent_on"]))
        if verdict.status == "rejected":
            states["rejected"] += 1
            continue
        bundle_id = str(verdict.bundle_id)
        if bundle_id in known:
            states["duplicate" if known[bundle_id] == data else "rejected"] += 1
            continue
        known[bundle_id] = data
        states["accepted"] += 1
        for table, target in (("condition", versions), ("citizen", citizens)):
            for values in verdict.rows.get(table, ()):
                one = dict(zip(names[table], values, strict=True))
                target[(code, one["resource_id"])].append((one["last_updated_at"], order, one["entry_index"], one))
    mistaken = {key for key, found in citizens.items() if max(found, key=lambda v: v[:3])[3]["is_active"] is False}
    active = {}
    for key, found in versions.items():
        newest = max(found, key=lambda version: version[:3])[3]
        if newest["verification_status_code"] == "entered-in-error" or (key[0], newest["patient_id"]) in mistaken:
            continue
        if (
            newest["clinical_status_code"] not in ("inactive", "remission", "resolved")
            and newest["is_problem_list_item"]
        ):
            active[key] = LEVELS.get(newest["severity_code"])
    return active, states


@pytest.mark.parametrize("until", [date(2026, 3, 9), date(2026, 3, 25)])
def test_what_could_be_known_agrees_with_a_replay(nation: Path, until: date) -> None:
    active, states = replay(nation, until)
    wanted = {
        (row["municipality_code"], row["resource_id"]): row["level"]
        for row in rows(nation, "known")
        if row["kind"] == "condition"
        and row["is_active"]
        and row["known_from_on"] <= until
        and (row["known_to_on"] is None or row["known_to_on"] > until)
    }
    assert active == wanted
    counted: Counter[str] = Counter()
    for row in rows(nation, "counts"):
        if row["sent_on"] <= until:
            counted.update({state: row[state] for state in ("accepted", "rejected", "duplicate")})
    assert states == counted


HELD = {
    "conditions": "condition_id",
    "planned_interventions": "planned_intervention_id",
    "completed_interventions": "completed_intervention_id",
    "goals": "goal_id",
    "encounters": "encounter_id",
    "follow_ups": "follow_up_id",
    "citizen_observations": "citizen_observation_id",
    "matters_of_interest": "matter_of_interest_id",
}


@pytest.mark.parametrize(("table", "name"), HELD.items())
def test_what_holds_is_told_without_gap_or_overlap(nation: Path, table: str, name: str) -> None:
    told: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows(nation, table):
        told[(row["municipality_code"], row["patient_id"], row[name])].append(row)
    assert told
    for history in told.values():
        assert [row["valid_to_at"] for row in history[:-1]] == [row["valid_from_at"] for row in history[1:]]
        assert history[-1]["valid_to_at"] is None


def test_what_is_pointed_at_is_there(nation: Path) -> None:
    conditions = {(row["municipality_code"], row["condition_id"]) for row in rows(nation, "conditions")}
    plans = {
        (row["municipality_code"], row["planned_intervention_id"]) for row in rows(nation, "planned_interventions")
    }
    for table in HELD:
        for row in rows(nation, table) if table != "conditions" else ():
            code = row["municipality_code"]
            about = [row["condition_id"]] if "condition_id" in row else row.get("condition_ids") or []
            assert {(code, name) for name in about} <= conditions
            assert {(code, name) for name in row.get("planned_intervention_ids") or ()} <= plans


def test_all_kinds_of_lives_are_there(nation: Path) -> None:
    citizens = rows(nation, "citizens")
    assert {name for row in citizens for name in row["paths"].split("+")} == {
        path.stem for path in (Path(__file__).parents[3] / "orchestration/synthetic/nation/paths").glob("*.yml")
    }
    assert sum(row["moved_from"] is None for row in citizens) == 500
    assert any(row["died_on"] for row in citizens)
    assert all(row["born_on"].year <= 1966 for row in citizens)


def test_no_cpr_can_be_a_persons_and_none_is_used_twice(nation: Path) -> None:
    numbers = [
        row["cpr"] for row in rows(nation, "citizens") if row["moved_from"] is None and not row["is_test_person"]
    ]
    assert len(set(numbers)) == len(numbers)
    assert all(map(is_invented, numbers))
    for row, data in delivered(nation):
        if row["kind"] == "ordinary":
            bundle = msgspec.json.decode(data)
            assert is_invented(bundle["entry"][0]["resource"]["identifier"][0]["value"])


def test_nobody_is_followed_up_twice_on_one_day(nation: Path) -> None:
    outcomes: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    for row in rows(nation, "follow_ups"):
        for name in row["condition_ids"]:
            outcomes[(row["municipality_code"], name, row["effective_on"])].add(row["follow_up_id"])
    assert outcomes
    assert {key for key, ids in outcomes.items() if len(ids) > 1} == set()


def test_a_local_code_has_one_title(nation: Path) -> None:
    titles: dict[str, set[str]] = defaultdict(set)
    for _, data in delivered(nation):
        for coding in LOCAL.findall(data):
            titles[coding[0].decode()].add(coding[1].decode())
    assert titles
    assert all(len(found) == 1 for found in titles.values())


def test_test_persons_are_told_from_citizens(nation: Path) -> None:
    listed = {test.cpr for test in listed_test_citizens()}
    told = [(row["cpr"] in listed, row["is_test_person"]) for row in rows(nation, "citizens")]
    assert {True, False} == {is_test for _, is_test in told}
    assert all(is_listed is is_test for is_listed, is_test in told)
    assert (nation / "test_citizens.csv").read_bytes().count(b"\n") == len(listed) + 1
