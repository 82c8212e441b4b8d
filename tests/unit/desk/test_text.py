"""One golden file is what the desk says, in Danish, of one kind of fault. `python -m tests.unit.desk.test_text` writes them anew."""

import contextlib
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from orchestration.cli import main
from orchestration.desk.places import Places
from tests.unit.desk.conftest import DAY, ROOT, SAMPLES, Desk, many_faults

GOLDEN = Path(__file__).parent / "golden"
FAULTS = {
    "wrong-code": ["2026-03-02/0751-aarhus/05-diabetic-ulcer.json"],
    "two-citizens": ["2026-03-02/0751-aarhus/06-couple.json"],
    "half-a-file": ["2026-03-04/0219-hilleroed/02-oxygen.json"],
    "key-twice": ["2026-03-04/0851-aalborg/20260304-1.json"],
    "unknown-profile": ["2026-03-03/0851-aalborg/20260303-1.json"],
    "line-of-ndjson": ["2026-03-03/0851-aalborg/20260303-2.ndjson.gz"],
    "foreign-sor-code": ["2026-03-04/0751-aarhus/03-couple.json", "--sender-sor", "999990751000001"],
}


def arguments(name: str) -> list[str]:
    path, *rest = FAULTS[name]
    return [(SAMPLES / path).as_posix(), *rest]


@pytest.mark.parametrize("name", FAULTS)
def test_text(desk: Desk, name: str) -> None:
    ran = desk(*arguments(name))
    assert ran.out == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert ran.code == 1


def test_many_of_one_rule_are_counted(desk: Desk, report: dict[str, Any]) -> None:
    data = json.dumps(many_faults(report, 25)).encode()
    text = desk("-", stdin=data).out
    assert text.count("].resource.code.coding[0].code") == 20
    assert "… og 5 mere; 25 i alt" in text
    assert "25 fejl" in text
    assert "… and 5 more; 25 in all" in desk("-", "--lang", "en", stdin=data).out


def test_english_is_english(desk: Desk) -> None:
    text = desk(SAMPLES, "--lang", "en").out
    assert "REJECTED" in text
    assert not set(text) & set("æøåÆØÅ")


def test_no_colours_in_a_file(desk: Desk) -> None:
    assert "\x1b" not in desk(SAMPLES).out


def test_a_place_is_the_line_and_column_of_the_element(report: dict[str, Any]) -> None:
    text = json.dumps(report, indent=2, ensure_ascii=False)
    places, lines = Places(text.encode()), text.split("\n")
    spots = {
        "Bundle.entry[1].resource.code.coding[0].code": '"code"',
        "Bundle.entry[0].resource.deceased": '"deceasedBoolean"',
        "Bundle.entry[1]": "{",
        "Bundle.entry[1].resource.severity.coding[0]": '"resource"',  # missing: the nearest that is there
        "Bundle.timestamp": '"timestamp"',
        "Bundle": "{",
    }
    for expression, start in spots.items():
        place = places.of("any.rule", expression)
        assert place is not None
        line, column = place
        assert lines[line - 1][column - 1 :].startswith(start), expression
    assert places.of("any.rule", "") is None


@pytest.mark.parametrize("data", [b"", b"{", b'{"entry": [', b"[1, 2", b"\xff", b'{"a" 1}', b"[" * 5000])
def test_any_bytes_have_a_place_or_none(data: bytes) -> None:
    for rule_id in ("json.syntax", "json.encoding", "json.trailing", "any.rule"):
        place = Places(data).of(rule_id, "Bundle.entry[0].id")
        assert place is None or min(place) >= 1


if __name__ == "__main__":
    os.chdir(ROOT)
    for golden in FAULTS:
        with contextlib.redirect_stdout(io.StringIO()) as out:
            main(["validate", *arguments(golden), "--as-of", DAY])
        (GOLDEN / f"{golden}.txt").write_text(out.getvalue(), encoding="utf-8")
