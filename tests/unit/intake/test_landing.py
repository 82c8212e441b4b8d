"""One test is one thing that can happen to a file on its way from the drop folder to the archive."""

import gzip
import hashlib
import os
import subprocess
import sys
import textwrap
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from orchestration import durable
from orchestration.conformance.library import limits
from orchestration.durable import locked
from orchestration.intake import landing
from orchestration.intake.drop import scan
from orchestration.intake.landing import arrivals, land, object_path, received_days
from orchestration.intake.reading import MAX_BYTES, deliveries

NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)


def put(drop: Path, name: str, data: bytes, age: float = 60) -> Path:
    path = drop / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (time.time() - age,) * 2)
    return path


def take_all(drop: Path, where: Path, now: datetime = NOW) -> int:
    return sum(land(f, where, now) is not None for f in scan(drop, 5).ready)


def test_bytes_and_journal(tmp_path: Path) -> None:
    put(tmp_path / "drop", "a/one.json", b"{}")
    assert take_all(tmp_path / "drop", tmp_path / "landing") == 1
    (arrival,) = arrivals(tmp_path / "landing", DAY)
    assert (arrival.folder, arrival.file_name, arrival.content_bytes) == ("a", "one.json", 2)
    assert object_path(tmp_path / "landing", hashlib.sha256(b"{}").hexdigest()).read_bytes() == b"{}"
    assert not list((tmp_path / "drop").rglob("*.json"))
    assert received_days(tmp_path / "landing") == [DAY]


def test_received_day_is_danish(tmp_path: Path) -> None:
    put(tmp_path / "drop", "a/one.json", b"{}")
    take_all(tmp_path / "drop", tmp_path / "landing", datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    assert received_days(tmp_path / "landing") == [date(2026, 3, 3)]


@pytest.mark.parametrize("name", ["one.json.part", "one.json.tmp", ".one.json", "one.ndjson.filepart"])
def test_unfinished_names_are_left_alone(tmp_path: Path, name: str) -> None:
    path = put(tmp_path, f"a/{name}", b"{")
    assert scan(tmp_path, 5) == type(scan(tmp_path, 5))((), ())
    assert path.exists()


def test_a_file_still_being_written_is_left_alone(tmp_path: Path) -> None:
    put(tmp_path, "a/one.json", b"{", age=1)
    assert not scan(tmp_path, 5).ready


def test_a_file_that_changes_while_it_is_read_is_left_alone(tmp_path: Path) -> None:
    path = put(tmp_path / "drop", "a/one.json", b"{}")
    (seen,) = scan(tmp_path / "drop", 5).ready
    with path.open("ab") as file:
        file.write(b" ")
    assert land(seen, tmp_path / "landing", NOW) is None
    assert path.read_bytes() == b"{} "
    assert not list((tmp_path / "landing" / "incoming").iterdir())


def test_the_same_file_again_is_one_arrival(tmp_path: Path) -> None:
    path = put(tmp_path / "drop", "a/one.json", b"{}")
    times = path.stat().st_mtime_ns
    take_all(tmp_path / "drop", tmp_path / "landing")
    path.write_bytes(b"{}")
    os.utime(path, ns=(times, times))
    later = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
    assert take_all(tmp_path / "drop", tmp_path / "landing", later) == 0
    assert not path.exists()
    assert received_days(tmp_path / "landing") == [DAY]


def test_same_bytes_under_another_name_is_another_arrival_of_one_object(tmp_path: Path) -> None:
    put(tmp_path / "drop", "a/one.json", b"{}")
    put(tmp_path / "drop", "a/two.json", b"{}")
    assert take_all(tmp_path / "drop", tmp_path / "landing") == 2
    assert len(arrivals(tmp_path / "landing", DAY)) == 2
    assert len([p for p in (tmp_path / "landing" / "objects").rglob("*") if p.is_file()]) == 1


def test_directories_and_links_are_listed_and_never_followed(tmp_path: Path) -> None:
    (tmp_path / "drop" / "a" / "folder.json").mkdir(parents=True)
    (tmp_path / "secret").write_text("not a delivery")
    (tmp_path / "drop" / "a" / "link.json").symlink_to(tmp_path / "secret")
    (tmp_path / "drop" / "b").symlink_to(tmp_path)
    found = scan(tmp_path / "drop", 0)
    assert not found.ready
    assert [(t.folder, t.place) for t in found.left] == [("a", "a/folder.json"), ("a", "a/link.json"), ("", "b")]


def test_a_link_put_in_place_after_the_scan_is_not_followed(tmp_path: Path) -> None:
    path = put(tmp_path / "drop", "a/one.json", b"{}")
    (seen,) = scan(tmp_path / "drop", 5).ready
    path.unlink()
    path.symlink_to(put(tmp_path, "secret", b"{}"))
    with pytest.raises(landing.Unreadable):
        land(seen, tmp_path / "landing", NOW)
    assert path.is_symlink()


def test_a_file_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    put(tmp_path / "drop", "a/1.json", b"{}")
    put(tmp_path / "drop", "a/2.json", b"[]")
    found = scan(tmp_path / "drop", 5)
    (tmp_path / "drop" / "a" / "1.json").unlink()
    (tmp_path / "drop" / "a" / "1.json").symlink_to(tmp_path / "elsewhere")
    left = landing.land_all(found, tmp_path / "landing", NOW)
    assert [(t.place, t.rule_id) for t in left] == [("a/1.json", "file.unreadable")]
    assert [a.file_name for a in arrivals(tmp_path / "landing", DAY)] == ["2.json"]


def test_a_name_that_is_not_utf8_is_taken_in(tmp_path: Path) -> None:
    path = tmp_path / "drop" / "a" / os.fsdecode(b"k\xf8bing.json")
    put(tmp_path / "drop", f"a/{path.name}", b"{}")
    assert take_all(tmp_path / "drop", tmp_path / "landing") == 1
    assert [a.file_name for a in arrivals(tmp_path / "landing", DAY)] == ["k\ufffdbing.json"]


@pytest.mark.parametrize("point", ["objects", "journal", "unlink"])
def test_killed_at_any_point_nothing_is_lost_and_nothing_twice(tmp_path: Path, point: str) -> None:
    """A real process is killed between the steps; the next one finishes the work."""
    put(tmp_path / "drop", "a/one.json", b'{"a":1}')
    script = f"""
        import os, signal, pathlib
        from datetime import datetime, UTC
        from orchestration.intake import landing
        from orchestration.intake.drop import scan
        def die(*a, **k): os.kill(os.getpid(), signal.SIGKILL)
        if {point!r} == "objects": landing.sync = die
        if {point!r} == "journal": landing.write_whole = die
        def unlink(path, missing_ok=False):
            if path.name == "one.json": die()
            if path.exists(): os.unlink(path)
        if {point!r} == "unlink": pathlib.Path.unlink = unlink
        root = pathlib.Path({str(tmp_path)!r})
        for f in scan(root / "drop", 5).ready:
            landing.land(f, root / "landing", datetime(2026, 3, 2, 18, 0, tzinfo=UTC))
    """
    died = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False)
    assert died.returncode == -9
    assert (tmp_path / "drop" / "a" / "one.json").exists()
    take_all(tmp_path / "drop", tmp_path / "landing")
    (arrival,) = arrivals(tmp_path / "landing", DAY)
    assert object_path(tmp_path / "landing", arrival.content_sha256).read_bytes() == b'{"a":1}'
    assert not (tmp_path / "drop" / "a" / "one.json").exists()


def test_a_full_disk_leaves_the_file_in_the_drop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path / "drop", "a/one.json", b"{}")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durable.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        take_all(tmp_path / "drop", tmp_path / "landing")
    assert path.exists()
    assert not list((tmp_path / "landing" / "incoming").iterdir())
    assert not arrivals(tmp_path / "landing", DAY)


def test_two_processes_do_not_land_at_once(tmp_path: Path) -> None:
    script = f"""
        import pathlib
        from orchestration.durable import locked
        with locked(pathlib.Path({str(tmp_path)!r})): print("in", flush=True); input()
    """
    other = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdin=-1, stdout=-1, text=True)
    assert other.stdout and other.stdin and other.stdout.readline() == "in\n"
    began = time.monotonic()
    import threading

    threading.Timer(0.3, lambda: (other.stdin.write("\n"), other.stdin.flush())).start()  # type: ignore[union-attr]
    with locked(tmp_path):
        assert time.monotonic() - began > 0.2
    other.wait(5)


def read(path: Path, name: str) -> list[tuple[int | None, bytes, str | None]]:
    return [(d.line_number, d.data, d.rule_id) for d in deliveries(path, name)]


def test_json_is_one_report_and_ndjson_a_report_a_line(tmp_path: Path) -> None:
    path = put(tmp_path, "x", b'{"a":\n1}')
    assert read(path, "x.json") == [(None, b'{"a":\n1}', None)]
    path = put(tmp_path, "y", b'{"a":1}\r\n\n  {"b":2}')
    assert read(path, "y.ndjson") == [(1, b'{"a":1}', None), (3, b'{"b":2}', None)]


def test_gzip_of_both(tmp_path: Path) -> None:
    path = put(tmp_path, "x", gzip.compress(b'{"a":1}\n{"b":2}\n'))
    assert [d[1] for d in read(path, "x.NDJSON.GZ")] == [b'{"a":1}', b'{"b":2}']
    assert read(path, "x.json.gz") == [(None, b'{"a":1}\n{"b":2}\n', None)]


def test_broken_gzip_gives_what_came_before_and_the_fault(tmp_path: Path) -> None:
    whole = gzip.compress(b'{"a":1}\n' + os.urandom(400_000).hex().encode(), compresslevel=1)
    path = put(tmp_path, "x", whole[: len(whole) // 2])
    found = read(path, "x.ndjson.gz")
    assert found[0] == (1, b'{"a":1}', None)
    assert found[-1] == (None, b"", "file.gzip")
    assert read(put(tmp_path, "z", b"not gzip"), "z.json.gz") == [(None, b"", "file.gzip")]


def test_empty_and_unknown_files(tmp_path: Path) -> None:
    assert read(put(tmp_path, "x", b""), "x.json") == [(None, b"", None)]
    assert read(put(tmp_path, "x", b"\n\n"), "x.ndjson") == [(None, b"", None)]
    assert read(put(tmp_path, "x", b"a;b"), "x.csv") == [(None, b"", "file.type")]


def test_too_long_reports_are_refused_and_their_neighbours_read(tmp_path: Path) -> None:
    long = b'{"a":"' + b"x" * MAX_BYTES + b'"}'
    path = put(tmp_path, "x", b'{"a":1}\n' + long + b'\n{"b":2}\n')
    assert [(n, r) for n, _, r in read(path, "x.ndjson")] == [(1, None), (2, "json.size"), (3, None)]
    assert [(n, r) for n, _, r in read(put(tmp_path, "y", long), "y.json")] == [(None, "json.size")]


def test_a_line_of_just_the_limit_is_read(tmp_path: Path) -> None:
    line = b'"' + b"x" * (MAX_BYTES - 2) + b'"'
    found = list(deliveries(put(tmp_path, "x", line + b"\n" + line), "x.ndjson"))
    assert [(d.content_bytes, d.rule_id) for d in found] == [(MAX_BYTES, None), (MAX_BYTES, None)]


def test_the_limit_is_that_of_the_rule() -> None:
    assert limits()["bundle_bytes"] == MAX_BYTES
