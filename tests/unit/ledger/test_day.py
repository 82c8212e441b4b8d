"""One test is one thing that the day's run makes of what the door acknowledged."""

from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import msgspec

from orchestration.conformance.verdict import Finding
from orchestration.durable import write_whole
from orchestration.intake.accepted import read_accepted
from orchestration.intake.judging import Submission, judge
from orchestration.intake.landing import Arrival
from orchestration.intake.ledger.claims import Claims
from orchestration.intake.ledger.ends import days_since, ledger_end
from orchestration.intake.ledger.entry import digest
from orchestration.intake.ledger.ledger import Ledger
from orchestration.intake.ledger.offers import Offer, Stored, Taken
from orchestration.intake.raw import DayLoad, load_day
from tests.door.desk import TODAY, Desk

DESK = Desk("0219")
SENDERS = {DESK.sender_id: DESK.sender()}
NOW = datetime.combine(TODAY, datetime.min.time(), UTC).replace(hour=9)
FOUND = (Finding("resource.meta.profile.required", "error", "", "Bundle.entry[1]", "Condition", "", 1),)


def offer(name: str, body: bytes, state: str = "accepted") -> Offer:
    findings = FOUND if state == "rejected" else ()
    return Offer(DESK.sender_id, "0219", name, (name,), digest(body), state, findings, body, "r")  # type: ignore[arg-type]


def submissions(landing: Path, arrivals: Iterable[Arrival] = ()) -> list[Submission]:
    with closing(Ledger(landing, writes=False)) as ledger:
        return list(judge(arrivals, SENDERS, landing, TODAY, None, ledger.entries(TODAY)))


def load(
    landing: Path, warehouse: duckdb.DuckDBPyConnection, judged: list[Submission], *, tells: bool = True
) -> DayLoad:
    with closing(Claims(landing, TODAY)) as claims:
        return load_day(warehouse, TODAY, judged, "secret", claims if tells else None)


def in_file(landing: Path, name: str, body: bytes, at: datetime) -> Arrival:
    path = landing / "objects" / digest(body)[:2] / digest(body)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return Arrival(f"arrival-{name}", DESK.sender_id, f"{name}.json", digest(body), len(body), at, at)


def test_state_and_findings_are_those_that_were_answered(tmp_path: Path) -> None:
    good, bad, broken = DESK.report("1"), DESK.report("2"), DESK.report("3")
    ledger = Ledger(tmp_path)
    ledger.commit([offer(*good)], NOW)
    ledger.commit([offer(*bad, "rejected")], NOW)  # by rules that are not those of today
    ledger.commit([offer(broken[0], b"{}")], NOW)  # accepted by rules that are not those of today
    found = submissions(tmp_path)
    assert [s.state for s in found] == ["accepted", "rejected", "parked"]
    assert found[0].verdict.rows["citizen"] and not found[1].verdict.rows and not found[2].verdict.rows
    assert found[1].findings == list(FOUND) and found[1].municipality_code == "0219"
    assert found[2].verdict.fault and found[2].verdict.fault.rule_id == "door.answer.accepted"
    with duckdb.connect() as warehouse:
        assert load(tmp_path, warehouse, found).states == {"accepted": 1, "rejected": 1, "duplicate": 0, "parked": 1}
        rows = warehouse.execute(
            "select door, state, file_name from raw.submissions order by receipt_sequence"
        ).fetchall()
        assert rows == [("http", "accepted", f"Bundle/{good[0]}"), ("http", "rejected", f"Bundle/{bad[0]}")]


def test_a_file_gives_way_to_the_door_whichever_came_first(tmp_path: Path) -> None:
    name, body = DESK.report("1")
    same, other = in_file(tmp_path, "same", body, NOW), in_file(tmp_path, "other", body + b" ", NOW)
    Ledger(tmp_path).commit([offer(name, body)], NOW.replace(hour=12))
    with duckdb.connect() as warehouse:
        for _ in range(2):
            judged = submissions(tmp_path, [same, other])
            assert load(tmp_path, warehouse, judged).states == {
                "accepted": 1,
                "rejected": 1,
                "duplicate": 1,
                "parked": 0,
            }
            rows = warehouse.execute(
                "select file_name, state from raw.submissions order by receipt_sequence"
            ).fetchall()
            assert rows == [("same.json", "duplicate"), ("other.json", "rejected"), (f"Bundle/{name}", "accepted")]


def test_a_new_ledger_is_told_what_files_have_used(tmp_path: Path) -> None:
    (name, body), (free, more) = DESK.report("1"), DESK.report("2")
    with duckdb.connect() as warehouse:
        load(
            tmp_path, warehouse, submissions(tmp_path, [in_file(tmp_path, "old", body, NOW)]), tells=False
        )  # before the door was built
        load(tmp_path, warehouse, submissions(tmp_path, [in_file(tmp_path, "old", body, NOW)]))
    taken, stored = Ledger(tmp_path).commit([offer(name, more), offer(free, more)], NOW)
    assert taken == Taken(True) and isinstance(stored, Stored)


def test_what_one_day_lets_go_of_may_still_be_another_days(tmp_path: Path) -> None:
    """The ledger knows one owner of an id; the tables of the day that came to it otherwise are asked when that one goes."""
    _, body = DESK.report("1")
    file, other = in_file(tmp_path, "file", body, NOW), in_file(tmp_path, "other", DESK.report("2")[1], NOW)

    def load_on(day: date, arrivals: list[Arrival]) -> dict[str, int]:
        judged = list(judge(arrivals, SENDERS, tmp_path, day))
        with closing(Claims(tmp_path, day)) as claims:
            return load_day(warehouse, day, judged, "secret", claims).states

    before, after = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    with duckdb.connect() as warehouse:
        assert load_on(TODAY, [file, other])["accepted"] == 2
        assert load_on(before, [file])["accepted"] == 1  # an earlier day, loaded later: it was first, and owns the id
        assert load_on(before, []) == dict.fromkeys(("accepted", "rejected", "duplicate", "parked"), 0)
        assert load_on(after, [file])["duplicate"] == 1
        assert load_on(TODAY, [other])["accepted"] == 1
        assert load_on(after, [file])["accepted"] == 1


def test_the_sensor_sees_days_with_something_new(tmp_path: Path) -> None:
    assert ledger_end(tmp_path) is None and days_since(tmp_path, None) == []
    ledger = Ledger(tmp_path)
    ledger.commit([offer(*DESK.report("1"))], NOW)
    assert (ledger_end(tmp_path), days_since(tmp_path, None), days_since(tmp_path, "1")) == (1, [TODAY.isoformat()], [])
    ledger.commit([offer(*DESK.report("2"))], NOW)
    assert (ledger_end(tmp_path), days_since(tmp_path, "1")) == (2, [TODAY.isoformat()])


def test_accepted_reports_of_both_doors_are_read_back(tmp_path: Path) -> None:
    (name, body), (filed, text) = DESK.report("1"), DESK.report("2")
    Ledger(tmp_path).commit([offer(name, body)], NOW)
    arrival = in_file(tmp_path, "file", text, NOW.replace(hour=10))
    write_whole(tmp_path / "arrivals" / TODAY.isoformat() / "a.json", msgspec.json.encode(arrival))
    with duckdb.connect() as warehouse:
        load(tmp_path, warehouse, submissions(tmp_path, [arrival]))
        warehouse.execute("create table wanted as select submission_id from raw.submissions where state = 'accepted'")
        assert [one.data for theirs in read_accepted(tmp_path, warehouse, "wanted") for one in theirs] == [body, text]
        assert filed != name
