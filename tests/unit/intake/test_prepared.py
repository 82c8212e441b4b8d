"""One test is one promise about the rows of a chunk on their way to raw."""

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.conformance.tables import tables
from orchestration.intake.judging import Submission, judge
from orchestration.intake.landing import Arrival
from orchestration.intake.ledger.entry import digest
from orchestration.intake.prepared import in_columns, prepare
from orchestration.intake.raw_schema import schema
from orchestration.intake.shielded_tables import shielded_tables
from orchestration.intake.shielding import POSSIBLE_CPR, masked, may_hold_cpr
from tests.door.desk import TODAY, Desk

CPR = "2412360002"  # invented: fails modulus 11
UUID = "9a8cb4f4-e486-5ddb-afde-e86a637d3e94"
DESK = Desk("0219")
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


def submissions(landing: Path, reports: list[tuple[str, bytes]]) -> list[Submission]:
    """The reports, as a file each."""
    at = datetime.combine(TODAY, datetime.min.time(), UTC).replace(hour=9)
    found = []
    for name, body in reports:
        path = landing / "objects" / digest(body)[:2] / digest(body)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        found.append(Arrival(name, DESK.sender_id, f"{name}.json", digest(body), len(body), at, at))
    return list(judge(found, {DESK.sender_id: DESK.sender()}, landing, TODAY))


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


def citizens_of(table: pa.Table) -> "zip[tuple[str, str]]":
    """Report and citizen key of each row."""
    return zip(table["bundle_id"].to_pylist(), table["citizen_key"].to_pylist(), strict=True)
