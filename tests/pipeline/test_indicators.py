"""The test plays two months of a small nation: every indicator of every municipality and vintage is what the reports say."""

import subprocess
import sys
from pathlib import Path

from tests.pipeline.conftest import ROOT


def test_every_indicator_is_what_the_reports_say(tmp_path: Path) -> None:
    asked = ["--municipalities", "0461,0751,0217,0615,0101,0825", "--citizens", "170"]
    asked += ["--start", "2026-02-14", "--days", "61", "--seed", "5"]
    command = [sys.executable, "-m", "tests.pipeline.indicators", str(tmp_path), *asked]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "No difference." in done.stdout
    told = {line.split()[0] for line in done.stdout.partition("indicator ")[2].splitlines()[1:] if line[:1] in "AD"}
    assert len(told) > 40, "a nation of which most indicators can be told"
