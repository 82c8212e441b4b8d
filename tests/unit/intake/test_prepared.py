"""One test is one promise about the rows of a chunk on their way to raw."""

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.conformance.tables import tables
from orchestration.durable import scratch
from orchestration.intake import prepared as module
from orchestration.intake.judging import Submission, judge, unjudged
from orchestration.intake.landing import Arrival
from orchestration.intake.ledger.entry import digest
from orchestration.intake.prepared import batches, in_columns, prepare, prepared
from orchestration.intake.raw_schema import schema
from orchestration.intake.shielded_tables import shielded_tables
from orchestration.intake.shielding import POSSIBLE_CPR, masked, may_hold_cpr
from orchestration.synthetic.bundles import incremental_delivery, to_json
from tests.conformance.specimens import AT, NEW
from tests.door.desk import TODAY, Desk

CPR = "2412360002"  # invented: fails modulus 11
UUID = "9a8cb4f4-e486-5ddb-afde-e86a637d3e94"
DESK = Desk("0219")
SENDERS = {DESK.sender_id: DESK.sender()}
PIECES = st.sampled_from(
    [
        CPR,
        "241236-0002",
        "241236",
        "0002",
        UUID,
        UUID.upper(),
        UUID[:-1],
        "a",
        " ",
        "\n",
        "Æ",
        "٢٤١٢٣٦٠٠٠٢",
        "0101",
        "7012",
    ]
)
TEXTS = st.lists(PIECES, max_size=4).map("".join)


def conditions(codes: list[str | None]) -> pa.Table:
    """Rows of `raw.condition` with these texts in one column."""
    empty: dict[str, object] = dict.fromkeys(schema()["condition"])
    rows = [tuple((empty | {"code_display": code}).values()) for code in codes]
    return in_columns("condition", rows)


@settings(deadline=None)
@given(st.lists(st.none() | TEXTS, max_size=5))
def test_a_column_is_masked_as_each_text_is(texts: list[str | None]) -> None:
    table = shielded_tables({"condition": conditions(texts)}, "s")["condition"]
    assert table["code_display"].to_pylist() == [text and masked(text, "s") for text in texts]


@settings(deadline=None)
@given(st.lists(st.none() | st.lists(TEXTS, max_size=3), min_size=1, max_size=4))
def test_lists_are_masked_as_each_text_is(lists: list[list[str] | None]) -> None:
    name, column = next((n, c.name) for n, t in tables().items() for c in t.columns if c.type == "VARCHAR[]")
    empty: dict[str, object] = dict.fromkeys(schema()[name])
    table = in_columns(name, [tuple((empty | {column: texts}).values()) for texts in lists])
    found = shielded_tables({name: table}, "s")[name][column].to_pylist()
    assert found == [texts if texts is None else [masked(text, "s") for text in texts] for texts in lists]


def test_a_number_beside_a_uuid_is_seen_where_it_is_whole_only_without_it() -> None:
    """What `may_hold_cpr` finds after it took the uuid out, the search by column must look at."""
    text = f"241236{UUID}0002"
    assert not POSSIBLE_CPR.search(text) and may_hold_cpr(text)
    table = shielded_tables({"condition": conditions([text, "fine"])}, "s")["condition"]
    assert table["code_display"].to_pylist() == [masked(text, "s"), "fine"]


def files(landing: Path, reports: list[tuple[str, bytes]]) -> list[Arrival]:
    """The reports, as a file each."""
    at = datetime.combine(TODAY, datetime.min.time(), UTC).replace(hour=9)
    found = []
    for name, body in reports:
        path = landing / "objects" / digest(body)[:2] / digest(body)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        found.append(Arrival(name, DESK.sender_id, f"{name}.json", digest(body), len(body), at, at))
    return found


def submissions(landing: Path, reports: list[tuple[str, bytes]]) -> list[Submission]:
    return list(judge(files(landing, reports), SENDERS, landing, TODAY))


def test_each_row_has_the_envelope_of_its_own_report(tmp_path: Path) -> None:
    judged = submissions(tmp_path, [DESK.report(str(number)) for number in range(3)])
    told = {s.verdict.bundle_id: s.submission_id for s in judged}
    rows = {name: sum(len(s.verdict.rows.get(name, ())) for s in judged) for name in tables()}
    chunk = prepare(judged, TODAY, "s", tmp_path)
    found = chunk.resources()
    assert {name: table.num_rows for name, table in found.items()} == rows and rows["citizen"] == 3
    for name, table in found.items():
        assert table.column_names == list(schema()[name])
        assert [told[b] for b in table["bundle_id"].to_pylist()] == table["submission_id"].to_pylist()
        assert set(table["received_on"].to_pylist()) <= {date.fromisoformat(str(TODAY))}
    keys = set(citizens_of(found["citizen"]))
    assert len({key for _, key in keys}) == len(keys) == 3
    assert all(set(citizens_of(table)) <= keys for table in found.values())
    assert all(s.delivery.data == b"" for s in chunk.submissions)


def test_each_row_of_a_delivery_belongs_to_the_citizen_of_its_own_report(tmp_path: Path) -> None:
    """Also where the id of a report is masked, which its citizen's row and all its others must be in the same way."""
    reports = [msgspec.json.decode(DESK.report(str(number))[1]) for number in range(2)]
    reports[1]["id"] = f"p{CPR}"
    body = to_json(incremental_delivery(NEW, str(uuid4()), AT, reports))
    (judged,) = submissions(tmp_path, [("delivery", body)])
    assert judged.state == "accepted", judged.findings
    found = prepare([judged], TODAY, "s", tmp_path).resources()
    keys = dict(citizens_of(found["citizen"]))
    assert set(keys) == {reports[0]["id"], masked(f"p{CPR}", "s")} and len(set(keys.values())) == 2
    assert all(key == keys[report] for table in found.values() for report, key in citizens_of(table))
    assert sum(table.num_rows for table in found.values()) == sum(len(report["entry"]) for report in reports)


def citizens_of(table: pa.Table) -> "zip[tuple[str, str]]":
    """Report and citizen key of each row."""
    return zip(table["bundle_id"].to_pylist(), table["citizen_key"].to_pylist(), strict=True)


def test_other_processes_prepare_the_same_in_the_same_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "batches", lambda items: batches(items, 2))
    reports = [DESK.report(str(number)) for number in range(9)]
    reports[4] = (reports[4][0], b"{}")
    arrivals = files(tmp_path, reports)

    def told(few: int) -> list[tuple[list[tuple[str, str]], dict[str, object]]]:
        monkeypatch.setattr(module, "FEW", few)
        chunks = prepared(unjudged(arrivals, SENDERS, tmp_path, TODAY), TODAY, TODAY, "s", tmp_path)
        return [
            ([(s.submission_id, s.state) for s in c.submissions], {n: t.to_pylist() for n, t in c.resources().items()})
            for c in chunks
        ]

    beside = told(few=2)
    assert beside == told(few=99) and [len(states) for states, _ in beside] == [2, 2, 2, 2, 1]
    assert [state for states, _ in beside for _, state in states].count("rejected") == 1


def test_rows_of_a_killed_run_go_with_the_next(tmp_path: Path) -> None:
    with scratch(tmp_path, "rows") as first:
        (first / "left").write_bytes(b"rows")
        with scratch(tmp_path, "rows") as second:  # as after a kill: nobody tidied up
            assert first == second and list(second.iterdir()) == []
    with pytest.raises(KeyError), scratch(tmp_path, "rows"):
        raise KeyError
    assert list(tmp_path.iterdir()) == []
