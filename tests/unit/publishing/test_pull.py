"""One test is one promise to whoever reads releases: by `klgateway pull`, or by the dozen lines in the README."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.cli import main
from orchestration.publishing.home import latest
from orchestration.publishing.pull import PullError, pull
from orchestration.publishing.signing import load_public, load_signer
from orchestration.publishing.verification import verify
from orchestration.publishing.withdrawal import withdraw
from tests.unit.publishing.conftest import at

README = Path(__file__).parents[3] / "orchestration" / "publishing" / "README.md"
EXAMPLES = {
    re.search(r"import (duckdb|polars|pandas)", text)[1]: text
    for text in re.findall(r"```python\n(import hashlib.*?)```", README.read_text(), re.DOTALL)
}


def take_back(house) -> None:
    name = latest(house.releases, "flis").name
    withdraw(house.releases, "flis", name, "Forkerte datoer", house.publisher, now=at(10))


def test_a_pulled_release_is_whole_and_is_not_pulled_twice(released, tmp_path) -> None:
    mine = tmp_path / "mine"
    done = pull(released.releases, "flis", mine)
    source = latest(released.releases, "flis")
    assert done.is_new and done.directory == mine / "flis" / source.name
    assert {p.name: p.read_bytes() for p in done.directory.iterdir()} == {
        p.name: p.read_bytes() for p in source.iterdir()
    }
    assert (mine / "flis" / "latest").resolve() == done.directory
    assert verify(done.directory, load_public(next((mine / "keys").glob("*.pub")))) == verify(done.directory) == ()
    assert not pull(released.releases, "flis", mine).is_new
    released.nation.citizen("0461", "nursing")
    released.release("flis", 11)
    newer = pull(released.releases, "flis", mine)
    assert newer.is_new and verify(done.directory) == ()
    assert (mine / "flis" / "latest").resolve() == newer.directory


def test_a_damaged_copy_is_brought_again(released, tmp_path) -> None:
    done = pull(released.releases, "flis", tmp_path / "mine")
    (done.directory / "dim_citizen.parquet").write_bytes(b"")
    assert pull(released.releases, "flis", tmp_path / "mine").is_new
    assert verify(done.directory) == ()
    assert [p.name for p in (tmp_path / "mine" / "flis").iterdir() if p.name.startswith(".aside")] == []


def test_a_tampered_or_foreign_source_leaves_what_was_there(released, tmp_path) -> None:
    mine = tmp_path / "mine"
    done = pull(released.releases, "flis", mine)
    released.nation.citizen("0461", "nursing")
    source = released.release("flis", 11).directory
    good = (source / "dim_citizen.parquet").read_bytes()
    (source / "dim_citizen.parquet").write_bytes(good[:-1] + b"x")
    with pytest.raises(PullError, match=r"dim_citizen\.parquet has other content"):
        pull(released.releases, "flis", mine)
    (source / "dim_citizen.parquet").write_bytes(good)
    foreign = load_signer(tmp_path / "foreign.pem", create=True)
    (tmp_path / "foreign.pub").write_bytes(foreign.public_pem)
    with pytest.raises(PullError, match="not with the one that is trusted"):
        pull(released.releases, "flis", mine, load_public(tmp_path / "foreign.pub"))
    assert (mine / "flis" / "latest").resolve() == done.directory and verify(done.directory) == ()
    assert sorted(p.name for p in (mine / "flis").iterdir()) == [".lock", done.directory.name, "latest"]


def test_another_recipients_release_is_not_taken_for_ours(released, tmp_path) -> None:
    shutil.copytree(released.releases / "flis", released.releases / "sds_care", symlinks=True)
    with pytest.raises(PullError, match="issued to flis, not to sds_care"):
        pull(released.releases, "sds_care", tmp_path / "mine")


def test_a_withdrawn_release_is_refused_and_the_held_copy_named(released, tmp_path) -> None:
    pull(released.releases, "flis", tmp_path / "mine")
    take_back(released)
    with pytest.raises(PullError, match=r"is withdrawn: Forkerte datoer\. Do not use the one you hold, and delete it"):
        pull(released.releases, "flis", tmp_path / "mine")
    with pytest.raises(PullError, match="There is nothing for dst here"):
        pull(released.releases, "dst", tmp_path / "mine")


def test_the_command_and_its_exit_codes(released, tmp_path, monkeypatch, capsys) -> None:
    released.releases_dir = released.releases
    monkeypatch.setattr("orchestration.settings.settings", lambda: released)
    wanted = ["pull", "flis", "--to", str(tmp_path / "mine")]
    assert main(wanted) == 0 and "hentet · pulled" in capsys.readouterr().out
    assert main(wanted) == 0 and "allerede hentet · up to date" in capsys.readouterr().out
    take_back(released)
    assert main(wanted) == 1 and "er trukket tilbage: Forkerte datoer" in capsys.readouterr().out
    assert main([*wanted, "--key", str(tmp_path)]) == 2


@pytest.mark.parametrize("library", ["duckdb", "polars", "pandas"])
def test_the_dozen_lines_of_the_readme_read_and_refuse(released, tmp_path, library) -> None:
    script = tmp_path / "example.py"
    script.write_text(EXAMPLES[library])
    assert len(EXAMPLES[library].strip().splitlines()) <= 13

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, script], cwd=released.root, capture_output=True, text=True, check=False)

    done = run()
    assert done.returncode == 0, done.stderr
    assert re.findall(r"(0\d{3})\D+(\d)", done.stdout) == [("0461", "4"), ("0615", "4"), ("0751", "5")]
    path = latest(released.releases, "flis") / "fct_condition.parquet"
    good = path.read_bytes()
    path.write_bytes(good[:-1] + b"x")
    assert run().returncode != 0
    path.write_bytes(good)
    take_back(released)
    done = run()
    assert done.returncode != 0 and "withdrawn" in done.stderr
