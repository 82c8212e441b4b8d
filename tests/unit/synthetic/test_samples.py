"""One test proves one thing about data/samples: that the stories make the files, and that each outcome is listed."""

import csv
import gzip
from collections import Counter
from pathlib import Path

from orchestration.synthetic.mishaps import IN_THE_BYTES, IN_THE_REPORT
from orchestration.synthetic.samples import EXPECTED, SAMPLES, write_samples
from orchestration.synthetic.story import stories

BY_HAND = {"README.md", "expected_facts.yml"}


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def expected() -> list[dict[str, str]]:
    with (SAMPLES / EXPECTED).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_shipped_files_are_what_the_stories_make(tmp_path: Path) -> None:
    write_samples(tmp_path)
    shipped = {name: data for name, data in files(SAMPLES).items() if name not in BY_HAND}
    assert sorted(shipped) == sorted(files(tmp_path))
    assert [name for name, data in files(tmp_path).items() if shipped[name] != data] == []


def test_every_file_and_line_has_its_outcome() -> None:
    listed = [(f"{r['day']}/{r['sender_id']}/{r['file_name']}", r["line_number"]) for r in expected()]
    there = []
    for name, data in files(SAMPLES).items():
        if name in BY_HAND | {EXPECTED}:
            continue
        lines = gzip.decompress(data) if name.endswith(".gz") else data
        numbers = range(1, len(lines.splitlines()) + 1) if ".ndjson" in name else [""]
        there += [(name, str(number)) for number in numbers]
    assert sorted(listed) == sorted(there)
    assert len(set(listed)) == len(listed)


def test_outcomes_are_consistent() -> None:
    for row in expected():
        assert row["state"] in ("accepted", "rejected", "duplicate")
        assert bool(row["rule_ids"]) is (row["state"] == "rejected")
        assert row["rule_ids"] == ";".join(sorted(row["rule_ids"].split(";")))
        assert row["story"]
        assert row["bundle_id"] or row["rule_ids"].startswith("json.")


def test_a_bundle_id_is_accepted_once() -> None:
    accepted = Counter(row["bundle_id"] for row in expected() if row["state"] == "accepted")
    assert accepted.most_common(1)[0][1] == 1
    for row in expected():
        if row["state"] == "duplicate" or row["rule_ids"] == "deliveryReport.id.new":
            assert row["bundle_id"] in accepted


def test_every_mishap_happens() -> None:
    reports = [r for s in stories().values() for day in s.sent.values() for sending in day for r in sending.reports]
    assert {r.mishap for r in reports if r.mishap} == set(IN_THE_REPORT) | set(IN_THE_BYTES)


def test_both_kinds_of_gzip_and_ndjson_are_there() -> None:
    names = {"".join(Path(name).suffixes) for name in files(SAMPLES)}
    assert {".json", ".ndjson", ".json.gz", ".ndjson.gz"} <= names
