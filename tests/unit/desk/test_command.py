"""One test holds one promise of the command: exit codes, one clear line, no personal number, a quick and light start."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.conformance.verdict import Fault, Verdict
from orchestration.desk.paths import shown
from orchestration.desk.words import WORDS
from tests.unit.desk.conftest import ROOT, SAMPLES, Desk

ONE = SAMPLES / "2026-03-02" / "0461-odense" / "01-pressure-ulcer.json"
BAD = SAMPLES / "2026-03-02" / "0751-aarhus" / "05-diabetic-ulcer.json"
HEAVY = {"duckdb", "dagster", "dbt", "polars", "pyarrow", "great_expectations", "sqlalchemy", "rich", "socket"}
OURS = {"settings", "warehouse", "assets", "publishing", "synthetic", "definitions", "demo"}
PROGRAM = f"""
import sys
from orchestration.cli import main
code = main(["validate", {str(BAD)!r}, "--format", sys.argv[1]])
found = {HEAVY!r} & set(sys.modules) | {{n for n in {OURS!r} if "orchestration." + n in sys.modules}}
sys.exit(f"imported: {{found}}" if found else code)
"""


@pytest.mark.parametrize("lang", ["da", "en"])
def test_usage_is_one_line(desk: Desk, lang: str, tmp_path: Path) -> None:
    lines = {
        desk("no-such-file.json", "--lang", lang).err: {"da": "findes ikke: no-such", "en": "does not exist: no-such"},
        desk("--lang", lang).err: {"da": "angiv en fil", "en": "give a file"},
        desk(ONE, "--lang", lang, as_of="tomorrow").err: {"da": "skal være en dato", "en": "must be a date"},
        desk(ONE, "--lang", lang, "--sender-sor", "123").err: {"da": "SOR-kode", "en": "SOR code"},
        desk(tmp_path, "--lang", lang).err: {"da": "ingen leverancer", "en": "no reports"},
        desk("-", "-", "--lang", lang).err: {"da": "kun læses én gang", "en": "read only once"},
    }
    for line, words in lines.items():
        assert line.startswith("klgateway validate: ")
        assert line.count("\n") == 1
        assert words[lang] in line


def test_exit_codes(desk: Desk) -> None:
    assert desk(ONE).code == 0
    assert desk(ONE, BAD).code == 1
    assert desk("no-such-file.json", BAD).code == 2
    assert desk(ONE, as_of="tomorrow").code == 2


def test_paths_may_stand_before_and_after_options(desk: Desk) -> None:
    assert len(desk(ONE, "--format", "json", BAD).lines) == 2


def test_a_fault_of_ours_is_said_to_be_ours(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Verdict("fault", bundle_id="0e181af8-54af-5759-8b51-5c0b2dbda38d", fault=Fault("goal.code.x", "KeyError"))
    monkeypatch.setattr("orchestration.desk.judgement.check", lambda data, context: fault)
    ran = desk(ONE, "--format", "json")
    assert ran.code == 3
    assert ran.err.count("\n") == 1
    assert "Fejlen er vores, ikke afsenderens: 1 leverance" in ran.err
    assert "goal.code.x KeyError" in ran.err
    assert [(line["verdict"], line["outcome"]["issue"][0]["severity"]) for line in ran.lines] == [("fault", "fatal")]
    assert "FEJL HOS OS" in desk(ONE).out
    assert "OUR FAULT" in desk(ONE, "--lang", "en").out
    assert "fejl hos os" in desk(ONE, "--format", "html").out


def test_a_cpr_in_a_file_name_is_not_shown(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "170538-0000"
    folder.mkdir()
    for name in ("1705380000.json", "borger_1705380000_2.json", "01705380000.json"):
        (folder / name).write_bytes((ROOT / BAD).read_bytes())
    for form in ("text", "json", "html"):
        ran = desk(folder, "--format", form)
        assert "1705380000" not in ran.out
        assert "170538-0000" not in ran.out
        assert "******-****" in ran.out
    assert "1705380000" not in desk("1705380000").err


def test_what_is_no_cpr_in_a_file_name_stays() -> None:
    for name in (
        "20260302-1.ndjson",
        "20260302-0615.json",
        "20260302061500.json",
        "e9fa6c57-500c-5646-878c-498070123456.json",
    ):
        assert shown(name) == name
    assert shown("a\x1b[31m\ud800.json") == "a\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}.json"


def test_a_bundle_id_that_could_be_a_cpr_is_not_shown(desk: Desk) -> None:
    data = (ROOT / ONE).read_text().replace("0e181af8-54af-5759-8b51-5c0b2dbda38d", "1705380000")
    ran = desk("-", "--format", "json", stdin=data.encode())
    assert "1705380000" not in ran.out
    assert ran.lines[0]["bundle_id"] is None


def test_every_word_is_in_both_languages() -> None:
    for key, (danish, english) in WORDS.items():
        assert danish and english, key
        assert danish.count("{") == english.count("{"), key


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_it_loads_nothing_heavy(form: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, form], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr


def test_it_starts_quickly(tmp_path: Path) -> None:
    """Processor time, which a busy machine changes little; compiled as an installed package is; the best of four."""
    command = [sys.executable, "-c", "import orchestration.cli as c; exit(c.main())", "validate", str(ONE)]
    compiled = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONDONTWRITEBYTECODE": ""}
    spent = []
    for _ in range(4):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=ROOT, env=compiled, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(spent) < 0.4


def test_a_reader_that_has_had_enough_is_no_error() -> None:
    command = f'"{sys.executable}" -m orchestration.cli validate {SAMPLES} --as-of 2027-01-01 | head -n 1'
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Efter reglerne")
    assert not done.stderr
