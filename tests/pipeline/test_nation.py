"""The test plays a small nation, with its mishaps and injected faults, through intake and dbt: nothing differs from its truth."""

import subprocess
import sys
from pathlib import Path

from tests.pipeline.conftest import ROOT


def test_every_fact_and_every_finding_is_that_of_the_truth(tmp_path: Path) -> None:
    asked = [
        "--municipalities",
        "0461,0751,0217,0615",
        "--citizens",
        "160",
        "--days",
        "16",
        "--seed",
        "5",
        "--faults",
        "0.05",
    ]
    command = [sys.executable, "-m", "tests.pipeline.nation", str(tmp_path), *asked]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "No difference." in done.stdout
    findings = [line.split() for line in done.stdout.partition("consistency rule")[2].splitlines()[1:]]
    assert len(findings) > 5, "a nation that has something to find"
