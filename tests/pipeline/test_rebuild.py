"""One test is one promise about history: it does not matter how it was built, nor in which order it came."""

import json
import subprocess
import sys

import pytest

from tests.pipeline.conftest import ROOT

Told = dict[str, dict[str, int]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What `rebuilding` found: table → rows that differ. Thirty days of shuffled deliveries, redeliveries and replays."""
    folder = tmp_path_factory.mktemp("rebuild")
    command = [sys.executable, "-m", "tests.pipeline.rebuilding", str(folder), "3"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    found: Told = json.loads(done.stdout.splitlines()[-1])
    return found


def test_there_is_something_to_compare(told: Told) -> None:
    assert told["rows"] > 1500  # type: ignore[operator]
    assert told["rows after a loss"] < told["rows"]  # type: ignore[operator]
    assert told["findings"] > 50  # type: ignore[operator]
    assert "quality.dq_consistency_finding" in told["day by day and rebuilt"]


@pytest.mark.parametrize(
    "promise", ["day by day and rebuilt", "shrunk day and rebuilt", "shuffled and in order, what holds"]
)
def test_no_row_differs(told: Told, promise: str) -> None:
    assert len(told[promise]) >= 10
    assert {name: count for name, count in told[promise].items() if count} == {}
