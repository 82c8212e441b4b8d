"""One `desk` call is one run of `klgateway validate` at the root of the repository: its exit code, output and errors."""

import gzip
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orchestration.cli import main

ROOT = Path(__file__).parents[3]
SAMPLES = Path("data", "samples")
DAY = "2026-03-04"  # a day on which the rules of the transition hold, whenever the tests run


@dataclass(frozen=True)
class Ran:
    """What a run left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


Desk = Callable[..., Ran]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    def run(*arguments: str | Path, stdin: bytes | None = None, as_of: str | None = DAY) -> Ran:
        monkeypatch.chdir(ROOT)
        if stdin is not None:
            monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(stdin)))
        dated = [] if as_of is None else ["--as-of", as_of]
        capsys.readouterr()
        code = main(["validate", *map(str, arguments), *dated])
        answer = capsys.readouterr()
        return Ran(code, answer.out, answer.err)

    return run


@pytest.fixture
def report() -> dict[str, Any]:
    """An accepted report with a condition as its second entry."""
    return sample("2026-03-02/0461-odense/01-pressure-ulcer.json")


def sample(name: str) -> Any:
    data = (ROOT / SAMPLES / name).read_bytes()
    return json.loads(gzip.decompress(data) if name.endswith(".gz") else data)


def many_faults(report: dict[str, Any], count: int) -> dict[str, Any]:
    """The report with `count` further conditions, each with a code that does not exist."""
    condition = report["entry"][1]
    for number in range(count):
        more = json.loads(json.dumps(condition))
        more["resource"]["id"] = f"00000000-0000-4000-8000-{number:012x}"
        more["fullUrl"] = f"urn:uuid:{more['resource']['id']}"
        more["resource"]["code"]["coding"] = [{"system": "urn:oid:1.2.208.176.2.21", "code": "no-such-code"}]
        report["entry"].append(more)
    return report
