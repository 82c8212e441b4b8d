"""One test is one promise of the ledger: what is acknowledged is there once, whoever else writes and whatever dies."""

import os
import subprocess
import sys
import textwrap
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from orchestration.intake.ledger import segments
from orchestration.intake.ledger.claims import Claim, Claims
from orchestration.intake.ledger.ledger import INDEX, Ledger
from orchestration.intake.ledger.offers import CannotStore, InFile, Offer, Stored, Taken

NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)


def offer(
    name: str, body: bytes = b"{}", *, state: str = "accepted", sender: str = "a", more: tuple[str, ...] = ()
) -> Offer:
    return Offer(sender, "0219", name, (name, *more), sha256(body).hexdigest(), state, (), body, "r")  # type: ignore[arg-type]


def stored(landing: Path, day: date = DAY) -> list[tuple[str, bytes]]:
    return [(entry.report_id, body) for entry, body in Ledger(landing, writes=False).entries(day)]


def test_stored_once_and_answered_again(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    (first,) = ledger.commit([offer("one", b"1")], NOW)
    assert isinstance(first, Stored) and first.is_new
    again, other, stranger = ledger.commit(
        [offer("one", b"1"), offer("one", b"2"), offer("one", b"1", sender="b")], NOW
    )
    assert again == Stored(first.submission_id, "accepted", (), NOW, False)
    assert (other, stranger) == (Taken(True), Taken(False))
    assert stored(tmp_path) == [("one", b"1")]


def test_an_id_is_used_once_within_a_batch(tmp_path: Path) -> None:
    first, again, other = Ledger(tmp_path).commit([offer("one", b"1"), offer("one", b"1"), offer("one", b"2")], NOW)
    assert isinstance(first, Stored) and isinstance(again, Stored) and not again.is_new
    assert again.submission_id == first.submission_id and other == Taken(True)


def test_reports_inside_a_delivery_use_their_ids_up(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.commit([offer("delivery", more=("inner",))], NOW)
    assert ledger.commit([offer("inner", b"2")], NOW) == [Taken(True)]
    assert ledger.commit([offer("another", b"3", more=("inner",))], NOW) == [Taken(True)]


def test_a_rejected_report_does_not_use_up_its_id_and_is_kept_once(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    first, again = (ledger.commit([offer("one", b"bad", state="rejected")], NOW)[0] for _ in range(2))
    assert isinstance(first, Stored) and first.is_new and isinstance(again, Stored) and not again.is_new
    (mended,) = ledger.commit([offer("one", b"good")], NOW)
    assert isinstance(mended, Stored) and mended.is_new
    (later,) = ledger.commit([offer("one", b"good", state="rejected")], NOW)  # by other rules than before
    assert isinstance(later, Stored) and later.state == "accepted"
    assert stored(tmp_path) == [("one", b"bad"), ("one", b"good")]


def test_two_processes_share_it(tmp_path: Path) -> None:
    one, two = Ledger(tmp_path), Ledger(tmp_path)
    for number in range(6):
        ledger = (one, two)[number % 2]
        assert isinstance(ledger.commit([offer(f"r{number}")], NOW)[0], Stored)
        assert ledger.commit([offer("r0", b"other")], NOW) == [Taken(True)]
    assert [name for name, _ in stored(tmp_path)] == [f"r{number}" for number in range(6)]


def test_days_are_danish_and_the_clock_never_goes_back(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.commit([offer("late")], datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    ledger.commit([offer("earlier")], datetime(2026, 3, 2, 21, 30, tzinfo=UTC))
    assert [name for name, _ in stored(tmp_path, date(2026, 3, 3))] == ["late", "earlier"]
    assert stored(tmp_path) == []


def test_a_full_segment_is_sealed_and_the_next_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from orchestration.intake.ledger import tail

    monkeypatch.setattr(segments, "SEGMENT_BYTES", 4096)
    monkeypatch.setattr(tail, "SEGMENT_BYTES", 4096)
    ledger = Ledger(tmp_path)
    for number in range(9):
        ledger.commit([offer(f"r{number}", b"x" * 1000)], NOW)
    ledger.commit([offer("long", b"y" * 10_000)], NOW)
    ledger.commit([offer("next day")], NOW + timedelta(days=1))
    found = segments.segments(ledger.root)
    assert len(found) > 4 and found[-1] == ("2026-03-03", 1)
    modes = [segments.segment_path(ledger.root, *name).stat().st_mode & 0o222 for name in found]
    assert not any(modes[:-1]) and modes[-1]
    assert [name for name, _ in stored(tmp_path)] == [*(f"r{number}" for number in range(9)), "long"]
    assert isinstance(ledger.commit([offer("r3", b"x" * 1000)], NOW)[0], Stored)


@pytest.mark.parametrize("cut", [1, 15, 16, 40, 300])
def test_a_torn_end_is_cut_off(tmp_path: Path, cut: int) -> None:
    ledger = Ledger(tmp_path)
    ledger.commit([offer("whole")], NOW)
    path = next(ledger.root.glob("*/*.seg"))
    end = ledger.connection.execute("select offset from tail").fetchone()[0]
    record = path.read_bytes()[:end]
    with path.open("r+b") as file:  # what a process killed while it wrote leaves behind
        file.seek(end)
        file.write(record[: min(cut, end - 1)])
    other = Ledger(tmp_path, writes=False)
    assert other.commit([offer("after", b"2")], NOW)[0]
    assert [name for name, _ in stored(tmp_path)] == ["whole", "after"]


def test_whole_records_that_nobody_noted_are_taken_in(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.commit([offer("first")], NOW)
    ledger.connection.execute("attach ':memory:' as kept")
    ledger.connection.execute("create table kept.tail as select * from tail")
    ledger.commit([offer("second", b"2")], NOW)
    ledger.connection.execute("update tail set offset = (select offset from kept.tail)")
    ledger.connection.execute("delete from reports where report_id = 'second'")
    ledger.connection.execute("delete from entries where report_id = 'second'")
    (again,) = Ledger(tmp_path).commit([offer("second", b"2")], NOW)
    assert isinstance(again, Stored) and not again.is_new


def test_a_lost_index_is_made_again(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.commit([offer("one", b"1"), offer("two", b"2", state="rejected")], NOW)
    ledger.close()
    for path in ledger.root.glob(f"{INDEX}*"):
        path.unlink()
    again = Ledger(tmp_path)
    assert again.commit([offer("one", b"other")], NOW) == [Taken(True)]
    assert isinstance(again.commit([offer("two", b"3")], NOW)[0], Stored)
    assert [name for name, _ in stored(tmp_path)] == ["one", "two", "two"]


def test_a_flipped_bit_is_no_record(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.commit([offer("one", b"1" * 100)], NOW)
    path = next(ledger.root.glob("*/*.seg"))
    data = bytearray(path.read_bytes())
    data[data.index(b"1111")] ^= 1
    path.write_bytes(data)
    with pytest.raises(OSError, match="damaged"):
        segments.read_one(ledger.root, segments.Place(DAY.isoformat(), 1, 0))


def test_what_cannot_be_written_is_not_acknowledged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(tmp_path)
    ledger.commit([offer("one")], NOW)
    whole = os.pwrite

    def half(descriptor: int, data: bytes, offset: int) -> int:
        whole(descriptor, bytes(data)[:50], offset)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", half)
    with pytest.raises(CannotStore):
        ledger.commit([offer("two")], NOW)
    monkeypatch.setattr(os, "pwrite", whole)
    assert isinstance(ledger.commit([offer("two")], NOW)[0], Stored)
    assert [name for name, _ in stored(tmp_path)] == ["one", "two"]


def test_a_file_and_the_door_use_an_id_once(tmp_path: Path) -> None:
    ledger, claims = Ledger(tmp_path), Claims(tmp_path, DAY)
    ledger.commit([offer("door", b"d")], NOW)
    granted, refused = claims.take([Claim("s1", "sha", "a", ("file",)), Claim("s2", "sha", "a", ("inner", "door"))])
    assert granted == {} and list(refused) == ["door"]
    assert ledger.commit([offer("file", b"f")], NOW) == [Taken(True)]
    assert isinstance(ledger.commit([offer("inner", b"i")], NOW)[0], Stored)
    claims.keep(set(), lambda ids: [])
    assert isinstance(ledger.commit([offer("file", b"f")], NOW)[0], Stored)
    (again,) = claims.take([Claim("s3", sha256(b"x").hexdigest(), "a", ("same",))])
    assert again == {} and ledger.commit([offer("same", b"x")], NOW) == [InFile("s3")]


def test_four_processes_at_once(tmp_path: Path) -> None:
    """Each offers the same 200 ids with bytes of its own: every id is stored by one of them, and all know by whom."""
    program = textwrap.dedent("""
        import sys
        from pathlib import Path
        from tests.unit.ledger.test_ledger import NOW, Ledger, Stored, offer
        ledger, me = Ledger(Path(sys.argv[1])), sys.argv[2].encode()
        for first in range(0, 200, 5):
            answers = ledger.commit([offer(f"r{n}", me) for n in range(first, first + 5)], NOW)
            for n, answer in enumerate(answers, first):
                if isinstance(answer, Stored):
                    print(n)
    """)
    command = [sys.executable, "-c", program, str(tmp_path)]
    runs = [subprocess.Popen([*command, str(n)], stdout=subprocess.PIPE, text=True) for n in range(4)]
    told = [(int(line), str(n)) for n, run in enumerate(runs) for line in run.communicate()[0].split()]
    assert all(run.returncode == 0 for run in runs)
    assert sorted(told) == sorted((int(name[1:]), body.decode()) for name, body in stored(tmp_path))
    assert len(told) == 200
