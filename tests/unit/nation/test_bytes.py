"""One test shows that a seed decides every byte: of deliveries, registry and truth, on any machine and in any process."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from orchestration.intake.senders import load_senders
from orchestration.synthetic.nation import citizens, turns
from orchestration.synthetic.nation.events import Event, events
from orchestration.synthetic.nation.plan import plan
from orchestration.synthetic.nation.run import generate

# In this nation somebody moves with the ids of several conditions: what is compared as a set must be told in order.
SETTINGS = {"municipalities": "0461,0751", "citizens": 300, "days": 12, "faults": 0.05}
SCRIPT = """
import sys
from orchestration.synthetic.nation.plan import plan
from orchestration.synthetic.nation.run import generate
generate(plan(sys.argv[1], municipalities="0461,0751", citizens=300, days=12, seed=29, faults=0.05))
"""


def files(folder: Path) -> dict[str, str]:
    """Every file below, by its hash."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nation") / "one"
    generate(plan(str(folder), seed=29, **SETTINGS))  # type: ignore[arg-type]
    return folder


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_same_seed_same_bytes_in_another_process(made: Path, tmp_path: Path, hash_seed: str) -> None:
    other = tmp_path / "other"
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-c", SCRIPT, str(other)], check=True, env=environment, timeout=60)
    assert files(other) == files(made)


def test_other_seed_other_bytes(made: Path, tmp_path: Path) -> None:
    told = generate(plan(str(tmp_path / "other"), seed=4, **SETTINGS))  # type: ignore[arg-type]
    assert told.digest not in (made / "nation.json").read_text()


def test_a_municipality_does_not_depend_on_its_neighbours_habits(tmp_path: Path) -> None:
    for name, codes in (("one", "0825"), ("two", "0825,0492")):
        citizens = 10 if name == "one" else 30
        generate(plan(str(tmp_path / name), seed=3, municipalities=codes, citizens=citizens, days=8))
    lone = (tmp_path / "one/deliveries/2026-03-02/0825-laesoe/reports-2026-03-02.ndjson").read_bytes()
    among = (tmp_path / "two/deliveries/2026-03-02/0825-laesoe/reports-2026-03-02.ndjson").read_bytes()
    shorter, longer = sorted((lone, among), key=len)
    assert shorter and longer.startswith(shorter)


def test_one_file_per_bundle_holds_the_same_reports(made: Path, tmp_path: Path) -> None:
    single = tmp_path / "single"
    generate(plan(str(single), seed=29, one_file_per_bundle=True, **SETTINGS))  # type: ignore[arg-type]
    for lines in sorted((made / "deliveries").rglob("*.ndjson")):
        beside = single / lines.parent.relative_to(made)
        assert [path.read_bytes() for path in sorted(beside.iterdir())] == lines.read_bytes().split(b"\n")[:-1]


def test_the_registry_of_senders_can_be_read(made: Path) -> None:
    senders = load_senders(made / "senders.yml")
    assert list(senders) == ["0461-odense", "0751-aarhus"]
    assert senders["0461-odense"].sor_codes == {"999990461000001"}


def test_what_strays_to_one_may_stray_from_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each citizen has a condition in the record of the next, who has one in that of the next again."""
    each = msgspec.structs.replace(events(), wrong_record=Event(share=1, days=(1, 2)))
    for module in (citizens, turns):
        monkeypatch.setattr(module, "events", lambda: each)
    made = generate(plan(str(tmp_path / "nation"), municipalities="0461", citizens=12, days=60, seed=2))
    assert made.citizens == 12
