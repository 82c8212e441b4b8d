"""One test is one thing that `klgateway generate --check` must see, or must not be misled by."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import msgspec
import pytest

from orchestration import cli
from orchestration.nation_facts import MARTS, Mart

Lines = list[dict[str, object]]


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nation") / "small"
    asked = ["--municipalities", "0461,0751", "--citizens", "40", "--days", "8", "--seed", "6", "--faults", "0.2"]
    assert cli.main(["generate", "--out", str(folder), *asked]) == 0
    return folder


@pytest.fixture
def judged(nation: Path, capsys: pytest.CaptureFixture[str]) -> Lines:
    capsys.readouterr()
    assert cli.main(["validate", "--format", "json", str(nation / "deliveries")]) == 1
    return [msgspec.json.decode(line) for line in capsys.readouterr().out.splitlines()]


def checked(nation: Path, lines: Lines, where: Path) -> int:
    (where / "judged.jsonl").write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
    return cli.main(["generate", "--out", str(nation), "--check", str(where / "judged.jsonl")])


def test_the_desk_agrees_with_the_truth(
    nation: Path, judged: Lines, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checked(nation, judged, tmp_path) == 0
    assert "No difference" in capsys.readouterr().out


def _forgets_a_report(lines: Lines) -> None:
    del lines[3]


def _accepts_a_fault(lines: Lines) -> None:
    line = next(line for line in lines if line["verdict"] == "rejected")
    line |= {"verdict": "accepted", "outcome": {"issue": []}}


def _refuses_a_good_one(lines: Lines) -> None:
    next(line for line in lines if line["verdict"] == "accepted")["verdict"] = "rejected"


@pytest.mark.parametrize("wrong", [_forgets_a_report, _accepts_a_fault, _refuses_a_good_one])
def test_a_mistake_of_the_platform_is_seen(
    nation: Path, judged: Lines, tmp_path: Path, wrong: Callable[[Lines], None]
) -> None:
    wrong(judged)
    assert checked(nation, judged, tmp_path) == 1


@pytest.mark.parametrize("text", ["", "not json\n", "{}\n", "[1]\n"])
def test_what_is_no_result_is_refused(
    nation: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (tmp_path / "result").write_text(text)
    assert cli.main(["generate", "--out", str(nation), "--check", str(tmp_path / "result")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_without_a_nation_or_a_result_nothing_is_compared(nation: Path, tmp_path: Path) -> None:
    assert cli.main(["generate", "--out", str(tmp_path), "--check", str(tmp_path)]) == 2
    assert cli.main(["generate", "--out", str(nation), "--check", str(tmp_path / "none")]) == 2


TYPES = {"code": "varchar", "level": "int", "starts_on": "date", "ends_on": "date", "local_code": "varchar"}
OF_REPORTS = """
    create schema raw; create schema marts;
    create table raw.submissions as select
        sender_id, file_name, line_number, state, sender_id || file_name || line_number as submission_id,
        sent_on as received_on, sent_on::timestamp + interval 20 hour as received_at, 1 as receipt_sequence
    from '{truth}/reports.parquet';
    create table raw.findings as select submission_id, rule_id, 'error' as severity
    from '{truth}/reports.parquet' join raw.submissions using (sender_id, file_name, line_number) where rule_id is not null
"""
OF_FACTS = """
    create table marts.{table} as select
        municipality_code, resource_id as {id}, {columns}, is_active and known_to_on is null as {active},
        known_to_on is null and state <> 'withdrawn' as is_current, state = 'withdrawn' as is_entered_in_error,
        null::timestamp as valid_to_at,
        known_from_on::timestamp + interval 12 hour as known_from_at, known_to_on::timestamp + interval 12 hour as known_to_at
    from '{truth}/known.parquet' where kind = '{kind}'
"""


@pytest.fixture
def platform(nation: Path, tmp_path: Path) -> Path:
    """A warehouse that says what the truth says."""
    truth = nation / "truth"
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute(OF_REPORTS.format(truth=truth))
        for mart in MARTS:
            columns = ", ".join(f"{column} as {name}" for name, column in mart.values.items())
            names = {"table": mart.table, "id": mart.id, "kind": mart.kind, "active": mart.active or "is_whatever"}
            connection.execute(OF_FACTS.format(truth=truth, columns=columns, **names))
    return tmp_path


def test_a_warehouse_that_says_the_truth(nation: Path, platform: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["generate", "--out", str(nation), "--check", str(platform)]) == 0
    assert "No difference" in capsys.readouterr().out


WRONG = [
    "update marts.{table} set known_to_at = known_from_at, is_current = false where {id} = (select max({id}) from marts.{table})",
    "update marts.{table} set {value} = {other} where is_current",
    "insert into marts.{table} by name select * replace ('new' as {id}) from marts.{table} where is_current limit 1",
    "update marts.{table} set known_from_at = known_from_at + interval 40 day",
]


@pytest.mark.parametrize("change", WRONG, ids=["missing", "other value", "too many", "known too late"])
@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.kind)
def test_a_fact_that_is_wrong_is_seen(nation: Path, platform: Path, change: str, mart: Mart) -> None:
    value, column = next(iter(mart.values.items()))
    other = {"varchar": "'x'", "int": "9", "date": "date '1999-01-01'"}[TYPES[column]]
    with duckdb.connect(str(platform / "warehouse.duckdb")) as connection:
        connection.execute(change.format(table=mart.table, id=mart.id, value=value, other=other))
    assert cli.main(["generate", "--out", str(nation), "--check", str(platform)]) == 1


@pytest.mark.parametrize("mart", [mart for mart in MARTS if mart.active], ids=lambda mart: mart.kind)
def test_what_goes_on_and_should_not_is_seen(nation: Path, platform: Path, mart: Mart) -> None:
    with duckdb.connect(str(platform / "warehouse.duckdb")) as connection:
        connection.execute(f"update marts.{mart.table} set {mart.active} = not {mart.active}")
    assert cli.main(["generate", "--out", str(nation), "--check", str(platform)]) == 1


def test_what_the_warehouse_lacks_is_named(nation: Path, platform: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with duckdb.connect(str(platform / "warehouse.duckdb")) as connection:
        connection.execute("drop table marts.fct_goal; alter table marts.fct_condition drop severity_level")
    assert cli.main(["generate", "--out", str(nation), "--check", str(platform)]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "the warehouse has no marts.fct_goal" in told
    assert "fct_condition has no such column: severity_level" in told
